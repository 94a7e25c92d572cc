// Runs a command and ends with it, however it is ended. npm hands a signal to what it started and waits for no other; a shell in
// between, of npm or pnpm, keeps the signal to itself, so that what it ran stays behind with its ports. Hence `exec` in the
// script of package.json, too.
import { spawn } from "node:child_process";
import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
/** How often it checks whether npm still runs: npm may have been killed, without an event. */
const LOOK_MS = 100;

/**
 * Runs a command with this terminal, hands signals on to it, and ends it when whoever started this process is gone. Resolves
 * with its exit code, and with `isStopped` where a signal or that end came meanwhile.
 *
 * `group`: in a group of its own that gets the signals as a whole, for commands that start others. It cannot read from the
 * terminal.
 *
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {{ readonly cwd?: string, readonly env?: NodeJS.ProcessEnv, readonly group?: boolean }} [options]
 * @returns {Promise<{ readonly code: number, readonly isStopped: boolean }>}
 */
export const runInFront = (command, parameters, { cwd, env, group = false } = {}) =>
  new Promise((resolve, reject) => {
    const isWindows = process.platform === "win32";
    const child = spawn(command, parameters, {
      cwd,
      env,
      stdio: group ? ["ignore", "inherit", "inherit"] : "inherit",
      detached: group && !isWindows,
      // There the commands of packages are batch files.
      shell: isWindows,
    });
    const parent = process.ppid;
    let isStopped = false;
    const pass = (signal) => {
      isStopped = true;
      if (child.pid === undefined) return;
      try {
        process.kill(group && !isWindows ? -child.pid : child.pid, signal);
      } catch {
        // It has just ended.
      }
    };
    const handlers = SIGNALS.map((signal) => [signal, () => pass(signal)]);
    for (const [signal, handler] of handlers) process.on(signal, handler);
    const looking = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(looking);
      pass("SIGTERM");
    }, LOOK_MS);
    const done = () => {
      clearInterval(looking);
      for (const [signal, handler] of handlers) process.off(signal, handler);
    };
    child.once("error", (error) => {
      done();
      reject(error);
    });
    child.once("close", (code, signal) => {
      done();
      resolve({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), isStopped });
    });
  });
