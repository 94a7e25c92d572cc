// npm start ends with npm, whatever ends that, and leaves nothing behind.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: { start: string } };

/** A package that starts in the same way, without the installation before it, and from the sources. */
const packageThatRuns = (parameters: readonly string[]): string => {
  const folder = mkdtempSync(join(tmpdir(), "tautan-start-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const start = scripts.start.replace(".ci/start/start.mjs", "run.mjs");
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module", scripts: { start } }));
  writeFileSync(
    join(folder, "run.mjs"),
    `import { runInFront } from ${JSON.stringify(pathToFileURL(join(ROOT, ".ci/start/in-front.mjs")).href)};
const { code } = await runInFront(${JSON.stringify(process.execPath)}, ${JSON.stringify(parameters)});
process.exitCode = code;
`,
  );
  return folder;
};

const isOpen = async (url: string): Promise<boolean> => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

describe.skipIf(process.platform === "win32")("npm start", () => {
  const merchant = ["--conditions=@tautan/source", join(ROOT, "examples/merchant/src/start.ts")];

  test.each<[NodeJS.Signals, "npm alone" | "the group, as Ctrl+C does"]>([
    ["SIGTERM", "npm alone"],
    ["SIGTERM", "the group, as Ctrl+C does"],
    ["SIGINT", "npm alone"],
    ["SIGINT", "the group, as Ctrl+C does"],
    ["SIGKILL", "npm alone"],
  ])("on %s to %s, everything ends and the ports are free", { timeout: 60_000 }, async (signal, to) => {
    const npm = spawn("npm", ["start"], {
      cwd: packageThatRuns(merchant),
      detached: true,
      stdio: ["pipe", "pipe", "inherit"],
    });
    const pid = npm.pid ?? 0;
    onTestFinished(() => {
      if (npm.stdout.readable) process.kill(-pid, "SIGKILL");
    });
    let told = "";
    for await (const chunk of npm.stdout.iterator({ destroyOnReturn: false })) {
      told += String(chunk);
      if (told.includes("Stop with")) break;
    }
    const addresses = [...new Set(told.match(/http:\/\/127\.0\.0\.1:\d+/g))];
    expect(addresses).toHaveLength(5);
    expect(await Promise.all(addresses.map(isOpen))).not.toContain(false);

    process.kill(to === "npm alone" ? pid : -pid, signal);
    // Every process writes there, so it closes with the last of them.
    npm.stdout.resume();
    await once(npm, "close");
    expect(await Promise.all(addresses.map(isOpen))).not.toContain(true);
  });

  test("the exit code is that of what ran", { timeout: 60_000 }, async () => {
    const npm = spawn("npm", ["start"], { cwd: packageThatRuns(["-e", "process.exitCode = 7"]), stdio: "ignore" });
    expect(await once(npm, "close")).toEqual([7, null]);
  });
});
