// BullMQ on the Redis of this port. Takes one order a line on standard input, answers each with one line.
import { createInterface } from 'node:readline';
import { performance } from 'node:perf_hooks';
import { Queue, Worker } from 'bullmq';

const [port, payloadBytes, slots, together, keptSeconds] = process.argv.slice(2).map(Number);
const name = `by-${together}`;
const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
const queue = new Queue(name, { connection });
const jobOptions = { removeOnComplete: { age: keptSeconds } };
const LONGEST_MILLIS = 60_000;

function payload(number) {
  const start = `{"n":${number},"x":"`;
  return { n: number, x: 'x'.repeat(payloadBytes - start.length - 2) };
}

const add = (number) => queue.add('job', payload(number), jobOptions);
const addBulk = (first, count) => queue.addBulk(
  Array.from({ length: count }, (_, index) => ({ name: 'job', data: payload(first + index), opts: jobOptions })));
const perSecond = (jobs, start) => (jobs * 1000) / (performance.now() - start);

// Callers that each hand in as many jobs at a time: one, or several with BullMQ's call for that.
async function submit({ jobs, inFlight }) {
  let next = 0;
  const start = performance.now();
  await Promise.all(Array.from({ length: inFlight / together }, async () => {
    while (next < jobs) {
      const first = next;
      next = Math.min(jobs, first + together);
      await (together > 1 ? addBulk(first, next - first) : add(first));
    }
  }));
  return { perSecond: perSecond(jobs, start) };
}

// A worker that takes this many jobs; `completed` settles with the time at which Redis has confirmed the last one.
function work(jobs) {
  const starts = new Uint32Array(jobs);
  const startedAt = new Float64Array(jobs);
  let done = 0;
  let worker;
  const completed = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${done} of ${jobs} jobs completed`)), LONGEST_MILLIS);
    worker = new Worker(name, async (job) => {
      startedAt[job.data.n] = performance.now();
      starts[job.data.n]++;
      return { status: 'ok' };
    }, { connection, concurrency: slots });
    worker.on('completed', () => {
      if (++done === jobs) {
        clearTimeout(timer);
        resolve(performance.now());
      }
    });
    worker.on('failed', (job, failure) => reject(failure));
    worker.on('error', reject);
  });
  return { worker, completed, starts, startedAt };
}

async function finish({ worker, starts }) {
  await worker.close();
  const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'failed');
  return {
    startedOnce: starts.filter((count) => count === 1).length,
    left: Object.values(counts).reduce((sum, count) => sum + count, 0),
  };
}

async function drain({ jobs }) {
  const start = performance.now();
  const taking = work(jobs);
  const end = await taking.completed;
  return { perSecond: (jobs * 1000) / (end - start), ...(await finish(taking)) };
}

// Offers jobs at this rate, whatever becomes of them; each waits from the moment at which it was due. The loop polls,
// since timers know whole milliseconds only.
async function paced({ jobs, jobsPerSecond }) {
  const taking = work(jobs);
  await taking.worker.waitUntilReady();
  const adding = [];
  const start = performance.now() + 50;
  const due = (number) => start + (number * 1000) / jobsPerSecond;
  await new Promise((resolve) => {
    const offer = () => {
      while (adding.length < jobs && due(adding.length) <= performance.now()) {
        adding.push(add(adding.length));
      }
      adding.length < jobs ? setImmediate(offer) : resolve();
    };
    offer();
  });
  await Promise.all(adding);
  await taking.completed;
  return {
    waitedNanos: Array.from(taking.startedAt, (at, number) => Math.round((at - due(number)) * 1e6)),
    ...(await finish(taking)),
  };
}

const orders = { submit, drain, paced };
await queue.waitUntilReady();
console.log('{}');
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  console.log(JSON.stringify(await orders[order.do](order)));
}
await queue.close();
