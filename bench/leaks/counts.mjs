// What a process holds: heap, resources, timers and listeners. Imported first, so that it counts the timers of all other modules.
import { getEventListeners } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

const {
  setTimeout: startTimeout,
  clearTimeout: endTimeout,
  setInterval: startInterval,
  clearInterval: endInterval,
} = globalThis;

/** Timers that have neither fired nor been cleared. Node lists only those that keep the process alive. */
const timers = new Set();

globalThis.setTimeout = (callback, delay, ...rest) => {
  const timer = startTimeout(
    (...values) => {
      timers.delete(timer);
      callback(...values);
    },
    delay,
    ...rest,
  );
  timers.add(timer);
  return timer;
};
globalThis.setInterval = (...parameters) => {
  const timer = startInterval(...parameters);
  timers.add(timer);
  return timer;
};
const clearing = (clear) => (timer) => {
  timers.delete(timer);
  clear(timer);
};
globalThis.clearTimeout = clearing(endTimeout);
globalThis.clearInterval = clearing(endInterval);

/** Waits without being counted. */
export const wait = (ms) => new Promise((resolve) => startTimeout(resolve, ms));

const listenersOf = (emitter) => emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);

/**
 * Everything that must not grow but the sockets, which their servers count, because Node does not list those that are idle. `signal` is one
 * that the callers of operations share.
 */
export const countAll = (signal) => {
  // The second collection frees what finalizers of the first let go.
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return {
    heapBytes: heapUsed + external,
    resources: process.getActiveResourcesInfo().filter((each) => each !== "Timeout").length,
    timers: timers.size,
    listeners: getEventListeners(signal, "abort").length + listenersOf(process),
  };
};
