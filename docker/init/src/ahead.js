'use strict'
// A Node.js started ahead. It is required by NODE_OPTIONS in front of the program's file: it waits there until that file
// and its arguments are known, puts them in their place and returns, so Node.js itself loads and runs the program. It
// was started under the program's user and with its pipes, and nothing but descriptor 3 is open beside them. It waits in
// another folder than the program's, because Node.js remembers that it found no package.json where it was.

function becomeTheProgram() {
  const fs = require('fs')
  const Module = require('module')
  const channel = 3
  // What nearly every program comes to need.
  for (const name of ['buffer', 'events', 'net', 'path', 'readline', 'stream', 'tty', 'url', 'util']) require(name)
  fs.writeSync(channel, 'ready')
  const message = Buffer.allocUnsafeSlow(300000)
  const length = fs.readSync(channel, message)
  fs.closeSync(channel)
  if (length === 0) process.reallyExit(71)
  const fields = message.toString('utf8', 0, length).split('\0')
  fields.pop()
  const count = Number(fields.shift())
  const words = fields.splice(0, count)
  process.argv.splice(2, Infinity, ...words.slice(2 + process.execArgv.length))
  for (const name of Object.keys(process.env)) delete process.env[name]
  for (const variable of fields) {
    const end = variable.indexOf('=')
    process.env[variable.slice(0, end)] = variable.slice(end + 1)
  }
  process.chdir('/workspace/run')
  delete require.cache[__filename]
  for (const path of Object.keys(Module._pathCache)) delete Module._pathCache[path]
  process._preload_modules.length = 0
}

// Threads of a program are started with its own options, this one among them.
if (require('worker_threads').isMainThread) becomeTheProgram()
