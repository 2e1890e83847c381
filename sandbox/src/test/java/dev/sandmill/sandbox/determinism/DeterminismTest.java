package dev.sandmill.sandbox.determinism;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Limits;
import dev.sandmill.sandbox.parser.SharedParsers;
import dev.sandmill.sandbox.syntax.SyntaxReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeterminismTest {
    private final SyntaxReader reader = new SyntaxReader(SharedParsers.INSTANCE);
    private final Determinism determinism = new Determinism();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "print(sum(range(100)))",
                "import sys, json\nprint(json.loads(sys.stdin.read()), sys.argv)",
                "from datetime import date, timedelta\nprint(date(2024, 1, 1) + timedelta(days=3))",
                "import hashlib, itertools, math\nprint(hashlib.md5(b'a').hexdigest(), math.pi)",
                "import os\nos.makedirs('out', exist_ok=True)\nopen('out/a.txt', 'w').write(os.path.join('a', 'b'))",
                "print(open(0).read(), input(), {'a', 'b'}, eval('1 + 1'))",
                "class A:\n    def time(self): return 1\n    def random(self): return 2\nprint(A().time(), A().random())",
                "import uuid\nprint(uuid.uuid5(uuid.NAMESPACE_DNS, 'x'))"
            })
    void pythonThatOnlyComputesIsDeterministic(String source) {
        assertThat(reasons("python", source)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            import random; print(1)                                   | randomness
            from random import choice as c                            | randomness
            import os; print(os.urandom(3))                           | randomness
            class A: pass\\nprint(len({A(), A()}))                    | identity
            try: f()\\nexcept RecursionError: print(n)                | limits
            try: f()\\nexcept MemoryError: print(n)                   | limits
            import sys; print(sys.getallocatedblocks())               | unknown-import:sys.getallocatedblocks
            import sys; print(sys.flags)                              | unknown-import:sys.flags
            import resource                                           | environment
            import os; print(os.cpu_count())                          | environment
            import tempfile                                           | randomness
            import glob; print(glob.glob('*'))                        | hash-order
            import weakref                                            | identity
            print(hash(object))                                       | identity
            import locale                                             | environment
            import uuid; print(uuid.uuid4())                          | randomness
            import uuid; f = uuid.uuid4; print(f())                   | randomness
            import time; print(time.time())                           | time
            from datetime import datetime as d; print(d.now())        | time
            import datetime; print(getattr(datetime.date, 'to' + 'day')()) | time
            from datetime import date; x = [date][0]; print(x.today()) | dynamic-code
            import os; print(os.environ['A'])                         | environment
            import platform                                           | environment
            import os; print(os.getpid())                             | identity
            print(id(3))                                              | identity
            print(object())                                           | identity
            import os; print(os.listdir())                            | hash-order
            import threading                                          | threads
            import asyncio                                            | threads
            import sys; print(open(sys.argv[1]).read())               | outside-files
            print(open('/proc/uptime').read())                        | outside-files
            from pathlib import Path; print(Path('/proc/uptime').read_text()) | outside-files
            import socket                                             | environment
            import requests                                           | network
            import numpy                                              | unknown-import:numpy
            import os; print(os.something_new())                      | unknown-import:os.something_new
            eval(input())                                             | dynamic-code
            eval("__import__('random').random()")                     | randomness
            __import__(input())                                       | dynamic-code
            import sys; print(sys.modules['random'])                  | dynamic-code
            import logging; logging.time.time()                       | time
            def f(:                                                   | unchecked
            """)
    void pythonThatDependsOnMoreThanItsInputSaysWhy(String source, String reason) {
        assertThat(reasons("python", source.replace("\\n", "\n"))).contains(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "console.log([1, 2].map(x => x * 2), JSON.stringify({a: 1}), process.argv.length)",
                "const fs = require('fs'); console.log(fs.readFileSync('a.txt', 'utf8'), fs.readFileSync(0, 'utf8'))",
                "import { createHash } from 'node:crypto'; console.log(createHash('sha1').update('a').digest('hex'))",
                "console.log(new Date(0).toISOString(), Date.UTC(2024, 1), new Date('2024-01-01') instanceof Date)",
                "class Clock { now() { return 1; } } console.log(new Clock().now()); setTimeout(() => {}, 1)"
            })
    void javaScriptThatOnlyComputesIsDeterministic(String source) {
        assertThat(reasons("javascript", source)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            console.log(Math.random())                    | randomness
            const { random } = Math; random()             | randomness
            const m = Math; console.log(m['ran' + 'dom']()) | randomness
            require('crypto').randomBytes(3)              | randomness
            crypto.randomUUID()                           | randomness
            setTimeout(a, 1); setTimeout(b, 2)            | time
            setTimeout(a, 0); setImmediate(b)             | time
            setInterval(a, 1)                             | time
            Promise.race([a, b])                          | time
            new WeakRef({})                               | hash-order
            process.memoryUsage()                         | time
            new Intl.DateTimeFormat().resolvedOptions(); navigator.language | environment
            console.log(new Date())                       | time
            console.log(Date())                           | time
            const D = Date; console.log(new D())          | time
            const now = Date.now; console.log(now())      | time
            console.log(performance.now())                | time
            process.hrtime()                              | time
            process.env.A                                 | environment
            require('os').cpus()                          | environment
            process.pid                                   | identity
            require('fs').readdirSync('.')                | hash-order
            require('worker_threads')                     | threads
            require('fs').readFileSync(process.argv[2])   | outside-files
            fetch('http://x')                             | network
            require('lodash')                             | unknown-import:lodash
            eval(process.argv[2])                         | dynamic-code
            f(process)                                    | dynamic-code
            """)
    void javaScriptThatDependsOnMoreThanItsInputSaysWhy(String source, String reason) {
        assertThat(reasons("javascript", source)).contains(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "class A { public static void main(String[] a) { System.out.println(Math.max(1, 2) + a.length); } }",
                "import java.util.*; class A { void f() { Map<String, Integer> m = new TreeMap<>(); m.put(\"a\", 1); System.out.println(m); } }",
                "import java.util.*; class A { record P(int x) {} public static void main(String[] a) { System.out.println(new HashSet<>(List.of(new P(1)))); } }",
                "import java.time.*; class A { public static void main(String[] a) { System.out.println(LocalDate.of(2024, 1, 1).plusDays(1)); } }",
                "class Clock { long now() { return 1; } public static void main(String[] a) { System.out.println(new Clock().now()); } }"
            })
    void javaThatOnlyComputesIsDeterministic(String source) {
        assertThat(reasons("java", source)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            class A { long t = System.nanoTime(); }                                        | time
            class A { void f() { try { f(); } catch (StackOverflowError e) { } } }         | limits
            class A { void f() { try { f(); } catch (OutOfMemoryError e) { } } }           | limits
            class A { long m = Runtime.getRuntime().freeMemory(); }                        | environment
            import java.time.*; class A { Object t = LocalDate.now(); }                    | time
            import java.util.*; class A { int r = new Random().nextInt(); }                | randomness
            class A { double r = Math.random(); }                                          | randomness
            class A { Object u = java.util.UUID.randomUUID(); }                            | randomness
            class A { int h = System.identityHashCode(this); }                             | identity
            class A { int h = new Object().hashCode(); }                                   | identity
            import java.util.*; class A { enum E { X } Set<E> s = new HashSet<>(); }       | identity
            import java.util.*; class A { Set<String> s = Set.of("a", "b"); }              | hash-order
            class A { Thread t = new Thread(); }                                           | threads
            import java.util.concurrent.*; class A { Object e = Executors.newCachedThreadPool(); } | threads
            class A { String h = System.getenv("HOME"); }                                  | environment
            class A { int n = Runtime.getRuntime().availableProcessors(); }                | environment
            import com.example.Lib; class A { }                                            | unknown-import:com.example.Lib
            class A { Object c = Class.forName("X"); }                                     | dynamic-code
            import java.io.*; class A { Object f = new FileReader(System.in.toString()); } | outside-files
            class A {                                                                      | unchecked
            """)
    void javaThatDependsOnMoreThanItsInputSaysWhy(String source, String reason) {
        assertThat(reasons("java", source)).contains(reason);
    }

    @Test
    void languagesWithoutRulesAreNeverJudgedDeterministic() {
        assertThat(reasons("go", "package main")).containsExactly("unchecked");
        assertThat(reasons("bash", "echo 1")).containsExactly("unchecked");
    }

    private List<String> reasons(String language, String source) {
        return determinism
                .judge(reader.read(ExecuteCode.of(language, source, Limits.DEFAULT), language))
                .reasons();
    }
}
