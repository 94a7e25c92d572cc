// A new user: makes a project, tests it, starts it, and pays the link that it prints.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { runIn } from "../installs/folders.mjs";

const freePort = async () => {
  const server = createServer().listen(0);
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
};

const outputOf = (child) => {
  let text = "";
  const looks = new Set();
  const add = (chunk) => {
    text += String(chunk);
    for (const look of looks) look();
  };
  child.stdout.on("data", add);
  child.stderr.on("data", add);
  return {
    text: () => text,
    matched: (patterns) =>
      new Promise((resolve, reject) => {
        looks.add(() => {
          const matches = patterns.map((pattern) => pattern.exec(text)?.[1]);
          if (matches.every((each) => each !== undefined)) resolve(matches);
        });
        child.once("exit", (code) => reject(new Error(`expected a link, the program ended with ${code}`)));
      }),
  };
};

/**
 * Runs `npm run dev` in the folder of a project, pays the link that it prints at the sandbox, and waits until the page of the order is
 * paid. Ends as by Ctrl-C. `whenUp` is called before the payment.
 * @returns the heading of the page before and after, the milliseconds until the link was paid, and all that was printed
 */
export const payFirstLink = async (folder, { env = {}, node = process.execPath, whenUp } = {}) => {
  const { NODE_OPTIONS: _, VITEST: __, NODE_ENV: ___, ...inherited } = process.env;
  const start = performance.now();
  const child = spawn("npm", ["run", "dev"], {
    cwd: folder,
    env: {
      ...inherited,
      ...env,
      PORT: String(await freePort()),
      PATH: `${node.replace(/\/node$/, "")}:${process.env["PATH"]}`,
    },
    // Its own group, so that it can be interrupted as by a terminal.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  const output = outputOf(child);
  const signal = (name) => {
    try {
      process.kill(-(child.pid ?? Number.NaN), name);
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  };
  try {
    const [order, control, link] = await output.matched([
      /^New order: (\S+)$/m,
      /^All calls and webhooks: (\S+)$/m,
      /^Pay this link: (http\S+)$/m,
    ]);
    const headingOf = async () => {
      const response = await fetch(order);
      return /<h1>(.*?)<\/h1>/s.exec(await response.text())?.[1];
    };
    const before = await headingOf();
    await whenUp?.();
    const paid = await fetch(`${control}/pay`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ link }),
    });
    if (!paid.ok) throw new Error(`the sandbox refused the payment: ${await paid.text()}`);
    let after = await headingOf();
    // The page of a browser reloads too.
    while (after === before) {
      await wait(20);
      after = await headingOf();
    }
    const durationMs = performance.now() - start;
    signal("SIGINT");
    await ended;
    const isStillUp = await fetch(order).then(
      () => true,
      () => false,
    );
    return { before, after, durationMs, isStillUp, printed: output.text() };
  } catch (error) {
    throw new Error(`${error.message}: ${error.cause?.message ?? ""}\nThe output of npm run dev:\n${output.text()}`, {
      cause: error,
    });
  } finally {
    signal("SIGKILL");
  }
};

/** Runs the tests of a project. Rejects with their output if one fails. */
export const testProject = (folder, { env = {}, node = process.execPath } = {}) =>
  runIn(folder, ["npm", "test"], { node, env: { ...env, VITEST: "", NODE_ENV: "" } });
