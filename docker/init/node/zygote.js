'use strict'
// A warm Node.js. It is required by NODE_OPTIONS in front of the program's file, and its native half forks a child for
// each program. In that child `waitForProgram` returns the program's command, and Node.js itself loads and runs it.

function becomeTheProgram() {
  const Module = require('module')
  // What nearly every program comes to need.
  for (const name of ['buffer', 'events', 'net', 'path', 'readline', 'stream', 'tty', 'url', 'util']) require(name)
  const expected = process.argv[1]
  const native = { exports: {} }
  process.dlopen(native, '/sandmill/node/node.so')
  performance.timeOrigin // from here on it is a value
  const [pid, ...words] = native.exports()
  process.chdir('/workspace/run')
  const main = require('path').resolve(words[1 + process.execArgv.length])
  process.argv.splice(1, Infinity, main, ...words.slice(2 + process.execArgv.length))
  if (main !== expected) {
    const { runMain } = Module
    Object.defineProperty(Module, 'runMain', {
      configurable: true,
      get() {
        Object.defineProperty(Module, 'runMain', { value: runMain, writable: true, enumerable: true, configurable: true })
        return runMain.bind(Module, main)
      },
    })
  }
  Object.defineProperty(process, 'pid', { value: pid })
  Object.defineProperty(Object.getPrototypeOf(Object.getPrototypeOf(performance)), 'timeOrigin', { value: Date.now() - performance.now() })
  delete require.cache[__filename]
  for (const path of Object.keys(Module._pathCache)) delete Module._pathCache[path]
  process._preload_modules.length = 0
  endAtOnce()
}

// When a program has come to its end by itself, its process ends as with process.exit(): without taking V8's heap apart.
function endAtOnce() {
  const own = Object.getPrototypeOf(process)
  const { emit } = Object.getPrototypeOf(own)
  const { apply } = Reflect
  const end = process.reallyExit.bind(process)
  let failed = false // then Node.js has something to say after that event
  Object.defineProperty(own, 'emit', {
    value: {
      emit(name) {
        failed ||= name === 'uncaughtExceptionMonitor'
        const heard = apply(emit, this, arguments)
        if (name === 'exit' && !failed && this === process && process._exiting) end(process.exitCode || 0)
        return heard
      },
    }.emit,
    writable: true, configurable: true,
  })
}

// Threads of a program are started with its own options, this one among them.
if (require('worker_threads').isMainThread) becomeTheProgram()
