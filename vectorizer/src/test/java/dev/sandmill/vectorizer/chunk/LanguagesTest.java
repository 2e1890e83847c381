package dev.sandmill.vectorizer.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.vectorizer.syntax.Grammars;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// For every grammar: what is defined gets its qualified name, and a definition keeps its comment.
final class LanguagesTest {
    private final Chunkers chunkers = new Chunkers(new ChunkLimits(16, 90, 20, 6, 2000), Counters::count);

    @ParameterizedTest(name = "{0}")
    @MethodSource("sources")
    void definitionsAreNamedWithWhatEnclosesThem(String language, String source, List<String> symbols) {
        String padded = source + "\n".repeat(3);
        List<Chunk> chunks = chunkers.chunk(language, padded);

        assertThat(chunks.stream().map(Chunk::text).collect(Collectors.joining()))
                .isEqualTo(padded);
        assertThat(chunks.stream()
                        .filter(chunk -> chunk.symbol() != null)
                        .map(chunk -> chunk.kind().wireName() + " " + Objects.requireNonNull(chunk.symbol()))
                        .distinct())
                .containsAll(symbols);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sources")
    void aCommentIsInTheChunkOfItsDefinition(String language, String source, List<String> symbols) {
        Chunk taking = chunkers.chunk(language, source).stream()
                .filter(chunk -> chunk.text().contains("takes the oldest"))
                .findFirst()
                .orElseThrow();

        assertThat(taking.symbol()).containsIgnoringCase("lease");
        assertThat(taking.text().toLowerCase(Locale.ROOT)).contains("lease", "queue", "poll");
    }

    @Test
    void everyGrammarHasItsCase() {
        assertThat(sources().map(arguments -> arguments.get()[0]))
                .containsExactlyInAnyOrderElementsOf(new Grammars().languages());
    }

    static Stream<Arguments> sources() {
        return Arrays.stream(CASES.split("\n====\n")).map(LanguagesTest::arguments);
    }

    private static Arguments arguments(String text) {
        String[] parts = text.split("\n", 2);
        String[] head = parts[0].split(": ", 2);
        return Arguments.of(head[0], parts[1], List.of(head[1].split(", ")));
    }

    private static final String CASES = """
            java: class Pool, method Pool.lease, method Pool.Inner.open, class State
            package example.pool;

            import java.util.ArrayDeque;

            public final class Pool<T> implements AutoCloseable {
                private final ArrayDeque<T> queue = new ArrayDeque<>(1024 * 1024);

                /** takes the oldest */
                @Nullable T lease(String key, long timeoutMillis) throws Gone {
                    return queue.poll(key, timeoutMillis, defaults.of(key));
                }

                static class Inner {
                    void close(String first, String second, String third) {
                        System.out.println(first + second + third + first + second);
                    }
                    void open(String first, String second, String third) {
                        System.out.println(first + second + third + first + second);
                    }
                }
            }

            enum State { IDLE, LEASED, BROKEN, GONE, DESTROYED, FRESH, WARM }
            ====
            python: class Pool, method Pool.lease, function helper
            import collections

            class Pool(Base):
                \"""Containers that wait.\"""

                # takes the oldest
                @traced(name="lease", sampled=True)
                async def lease(self, key: str, timeout: float = 1.0):
                    return await self.queue.poll(key, timeout, self.defaults[key])

                def size(self, first, second, third, fourth):
                    return len(self.queue) + first + second + third + fourth

            def helper(first, second, third):
                return [first, second, third, first + second, second + third]
            ====
            javascript: class Pool, method Pool.lease, function helper, function arrow
            import { poll } from 'queue';

            export class Pool extends Base {
              constructor(size) { super(size); this.queue = makeQueue(size, size * 2); }

              // takes the oldest
              async lease(key, timeout) {
                return await this.queue.poll(key, timeout, this.defaults[key]);
              }
            }

            export default function helper(first, second, third) {
              return [first, second, third, first + second, second + third];
            }

            export const arrow = async (first, second, third) => {
              return [first, second, third, first + second, second + third];
            };
            ====
            typescript: class Pool, method Pool.lease, class Closeable, function Inner.helper, class Key
            import { poll } from 'queue';

            export abstract class Pool<T> implements Closeable {
              constructor(private readonly size: number, private readonly queue: Queue<T>) { super(size); }

              /** takes the oldest */
              public async lease(key: Key, timeout: number): Promise<T | undefined> {
                return await this.queue.poll(key, timeout, this.defaults[key]);
              }
            }

            export interface Closeable { close(first: string, second: string): Promise<void>; reset(): void; }

            export type Key = { first: string; second: number; third: boolean; fourth: bigint };

            namespace Inner {
              export function helper(first: string, second: string): string[] {
                return [first, second, first + second, second + first];
              }
            }
            ====
            tsx: function leaseButton, class App, method App.render
            import React from 'react';

            // takes the oldest
            export const leaseButton: React.FC<Props> = ({ queue, name }) => {
              return <button onClick={() => queue.poll(name)}>{name}</button>;
            };

            export default class App extends React.Component<Props, State> {
              state: State = { first: 1, second: 2, third: 3, fourth: 4, fifth: 5 };

              render() {
                return <div><leaseButton queue={this.props.queue} name="lease" /></div>;
              }
            }
            ====
            go: class Pool, method Pool.Lease, function New
            package pool

            import "fmt"

            type Pool[T any] struct {
            	queue chan T
            	first, second, third, fourth string
            }

            // Lease takes the oldest.
            func (p *Pool[T]) Lease(key string, timeout int) (T, error) {
            	return p.queue.Poll(key, timeout, p.defaults[key])
            }

            func New(first string, second string) *Pool[int] {
            	return &Pool[int]{first: fmt.Sprint(first), second: second, third: first}
            }
            ====
            rust: class Pool, method Pool.lease, class State, function inner.helper
            use std::collections::VecDeque;

            #[derive(Debug, Clone, Default)]
            pub struct Pool<T> { queue: VecDeque<T>, first: String, second: String }

            impl<T: Clone> Pool<T> {
                /// takes the oldest
                #[must_use]
                pub fn lease(&mut self, key: &str, timeout: u64) -> Option<T> {
                    self.queue.poll(key, timeout, self.defaults.get(key))
                }

                pub fn size(&self, first: usize, second: usize, third: usize) -> usize {
                    self.queue.len() + first + second + third
                }
            }

            pub enum State { Idle, Leased, Broken, Gone, Destroyed, Fresh, Warm }

            mod inner {
                pub fn helper(first: u8, second: u8, third: u8) -> [u8; 3] { [first, second, third] }
            }
            ====
            c: class pool, function lease, function helper
            #include <stdio.h>

            struct pool { struct queue *queue; int first; int second; int third; };

            /* takes the oldest */
            static struct item *lease(struct pool *pool, const char *key, long timeout)
            {
                return poll(pool->queue, key, timeout, pool->first);
            }

            #ifdef WITH_HELPER
            int (*helper(int first, int second))(void) { return table[first + second * first]; }
            #endif
            ====
            cpp: class mill.Pool, method mill.Pool.lease, function mill.Pool.size
            #include <vector>

            namespace mill {

            template <typename T>
            class Pool : public Base {
             public:
              explicit Pool(int size) : queue_(size), first_(size), second_(size) {}

              // takes the oldest
              T lease(const Key& key, long timeout) {
                return queue_.poll(key, timeout, defaults_[key]);
              }

             private:
              Queue<T> queue_;
            };

            }

            int mill::Pool<int>::size(int first, int second, int third) { return first + second + third; }
            ====
            bash: function lease, function helper
            #!/bin/bash
            set -euo pipefail

            # takes the oldest
            lease() {
              local queue="$1" key="$2" timeout="$3"
              poll "$queue" "$key" "$timeout"
            }

            function helper {
              echo "$first" "$second" "$third" "$fourth" "$fifth"
            }
            ====
            ruby: class Mill.Pool, method Mill.Pool.lease, method Mill.Pool.make
            require 'set'

            module Mill
              class Pool < Base
                attr_reader :queue, :first, :second, :third, :fourth

                # takes the oldest
                def lease(key, timeout = 1.0)
                  @queue.poll(key, timeout, @defaults[key])
                end

                def self.make(first, second, third)
                  new(first, second, third, first + second, second + third)
                end
              end
            end
            ====
            php: class Pool, method Pool.lease, function helper
            <?php
            namespace App\\Pool;

            final class Pool implements Closeable {
                private $queue; private $first; private $second; private $third;

                /** takes the oldest */
                public function lease(string $key, int $timeout): ?Item {
                    return $this->queue->poll($key, $timeout, $this->defaults[$key]);
                }
            }

            function helper($first, $second, $third) {
                return [$first, $second, $third, $first . $second, $second . $third];
            }
            ====
            csharp: class Pool, method Pool.Lease, class Counted
            using System;

            namespace Example.Pools
            {
                [Serializable]
                public class Pool<T> : Base where T : class
                {
                    private readonly Queue<T> queue = new Queue<T>(1024, 2048, 4096);

                    /// <summary>takes the oldest</summary>
                    public T Lease(string key, long timeout)
                    {
                        return queue.Poll(key, timeout, defaults[key]);
                    }
                }

                public record Counted(int Idle, int Leased, int Broken, int Gone, int Fresh, int Warm);
            }
            ====
            kotlin: class Pool, method Pool.lease, function helper
            package example.pool

            import java.util.ArrayDeque

            /** Containers that wait. */
            class Pool<T>(val size: Int) : Base() {
                private val queue = ArrayDeque<T>(size * 1024 + 4096)

                // takes the oldest
                fun lease(key: String, timeout: Long): T? {
                    return queue.poll(key, timeout, defaults[key])
                }
            }

            fun String.helper(first: Int, second: Int): List<Int> {
                return listOf(first, second, first + second, second * first)
            }
            ====
            scala: class Pool, method Pool.lease, function helper
            package example.pool

            import java.util.ArrayDeque

            class Pool[T](size: Int) extends Base {
              private val queue = new ArrayDeque[T](size * 1024 + 4096)

              // takes the oldest
              def lease(key: String, timeout: Long): Option[T] = {
                Option(queue.poll(key, timeout, defaults(key)))
              }
            }

            def helper(first: Int, second: Int): List[Int] = {
              List(first, second, first + second, second * first)
            }
            ====
            swift: class Pool, method Pool.lease, function helper, class Counted
            import Foundation

            /// Containers that wait.
            final class Pool<T>: Base {
                private var queue = Queue<T>(size: 1024, next: 4096, last: 65536)

                // takes the oldest
                @discardableResult
                func lease(key: String, timeout: Int) -> T? {
                    return queue.poll(key, timeout, defaults[key])
                }
            }

            struct Counted { let idle: Int; let leased: Int; let broken: Int; let gone: Int; let fresh: Int }

            func helper(first: Int, second: Int) -> [Int] {
                return [first, second, first + second, second * first]
            }
            ====
            haskell: class State, class Closeable, function lease, function helper
            module Example.Pool where

            import Data.Map

            data State = Idle Int Int | Leased Int Int | Broken Int Int | Gone Int Int | Fresh Int Int

            class Closeable a where
              close :: a -> String -> String -> String -> String -> IO ()
              reset :: a -> String -> String -> String -> String -> IO ()

            -- takes the oldest
            lease :: Pool -> String -> IO Item
            lease pool key = poll (queue pool) key (lookup key defaults)

            helper :: Int -> Int -> Int -> [Int]
            helper first second third = [first, second, third, first + second, second + third, first + third]
            ====
            ocaml: class state, module Pool, function Pool.lease, function helper
            open Queue

            type state = Idle of int * int | Leased of int * int | Broken of int * int | Gone of int * int

            module Pool = struct
              let first, second, third = (1024 * 1024, 2048 * 2048, 4096 * 4096)

              (* takes the oldest *)
              let lease pool key timeout =
                poll pool.queue key timeout (find pool.defaults key)

              let size pool first second third = length pool.queue + first + second + third
            end

            let helper first second third = [first; second; third; first + second; second + third]
            """;
}
