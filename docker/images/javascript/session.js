// A session's driver: runs every call in one global scope, as a console does, each to the end of its event loop. What
// it says to the containers' init is in docker/init/PROTOCOL.md.
'use strict';
const fs = require('node:fs');
const inspector = require('node:inspector');
const { createRequire, isBuiltin } = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { inspect } = require('node:util');

const FOLDER = '/dev/sandmill/';
const workspace = process.cwd() + '/';
const workspaceRequire = createRequire(workspace + 'main.js');
const calls = fs.openSync(FOLDER + 'calls', 'r');
const ends = fs.openSync(FOLDER + 'ends', 'w');
const console_ = new inspector.Session();
const UNSETTLED = 13;
let number = '0';
let open = true;
let settled = true;

// Thrown by process.exit: what comes after it in the call is not run.
class Exit {
  constructor(code) {
    this.code = code;
  }
}

function importModule(specifier) {
  const text = String(specifier);
  if (text.startsWith('./') || text.startsWith('../') || text.startsWith('/')) {
    return import(pathToFileURL(path.resolve(workspace, text)).href);
  }
  return import(isBuiltin(text) || text.includes(':') ? text : pathToFileURL(workspaceRequire.resolve(text)).href);
}

// The console's engine cannot import; calls of import() become calls of ours where the source can be parsed.
function withImports(source) {
  if (!source.includes('import')) {
    return source;
  }
  const { parse } = require('/usr/share/nodejs/acorn');
  const found = [];
  let tree;
  try {
    tree = parse(source, {
      ecmaVersion: 'latest', allowAwaitOutsideFunction: true, allowReturnOutsideFunction: true, allowHashBang: true,
    });
  } catch {
    return source;
  }
  const left = [tree];
  while (left.length > 0) {
    const node = left.pop();
    if (node.type === 'ImportExpression') {
      found.push(node.start);
    }
    for (const value of Object.values(node)) {
      if (value && typeof value === 'object') {
        left.push(value);
      }
    }
  }
  found.sort((a, b) => b - a);
  return found.reduce(
    (text, at) => text.slice(0, at) + '__sandmillImport' + text.slice(at + 'import'.length), source);
}

function finish(code) {
  if (open) {
    open = false;
    fs.writeSync(ends, `${number} ${code & 255}\n`);
    setImmediate(next);
  }
}

function tell(error) {
  if (error instanceof Exit) {
    finish(error.code);
    return;
  }
  const text = error instanceof Error ? inspect(error).replace(/\n +at Session\.post \(node:inspector[^]*?(?=\n\S|\n?$)/, '')
    : 'Uncaught ' + inspect(error);
  fs.writeSync(2, text + '\n');
  finish(1);
}

function thrown(details) {
  const remote = details.exception;
  if (remote === undefined) {
    tell(new Error(details.text));
  } else if (remote.objectId === undefined) {
    tell('value' in remote ? remote.value : remote.unserializableValue);
  } else {
    console_.post('Runtime.callFunctionOn', {
      objectId: remote.objectId,
      functionDeclaration: 'function () { __sandmillTell(this); }',
    });
  }
}

function evaluate(source) {
  settled = false;
  const expression = withImports(source) + `\n//# sourceURL=call-${number}.js`;
  console_.post('Runtime.evaluate', { expression, replMode: true, awaitPromise: true }, (refused, answer) => {
    settled = true;
    if (refused) {
      tell(new Error(refused.message));
    } else if (answer.exceptionDetails) {
      thrown(answer.exceptionDetails);
    }
  });
}

// Waits with the whole event loop, as nothing of a session runs between its calls.
function next() {
  const bytes = Buffer.alloc(32);
  number = bytes.toString('latin1', 0, fs.readSync(calls, bytes)).trim();
  open = true;
  process.exitCode = undefined;
  setImmediate(() => {});
  evaluate(fs.readFileSync(FOLDER + 'source', 'utf8'));
}

function define(name, value) {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
}

define('require', workspaceRequire);
define('module', { exports: {} });
define('exports', globalThis.module.exports);
define('__filename', workspace + 'main.js');
define('__dirname', process.cwd());
define('__sandmillImport', importModule);
define('__sandmillTell', tell);
process.argv.splice(1, process.argv.length, workspace + 'main.js');
process.exit = (code) => {
  throw new Exit(code ?? process.exitCode ?? 0);
};
process.on('uncaughtException', (error) => {
  if (error instanceof Exit || process.listenerCount('uncaughtException') === 1) {
    tell(error);
  }
});
process.on('beforeExit', () => {
  if (!open) {
    return;
  }
  if (!settled) {
    fs.writeSync(2, 'Warning: what the call awaits at its top level can never happen\n');
  }
  finish(settled ? Number(process.exitCode ?? 0) : UNSETTLED);
});
console_.connect();
fs.writeSync(ends, `+${process.pid}\n`);
finish(0);
