// What a result belongs to: the machine, the versions and the commit.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";

const FOLDER = import.meta.dirname;
const readJson = (...path) => JSON.parse(readFileSync(join(...path), "utf8"));

const git = (...parameters) => {
  try {
    return execFileSync("git", parameters, {
      cwd: FOLDER,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    // An archive of the sources has no history.
    return undefined;
  }
};

const versionsOfPeers = () =>
  Object.fromEntries(
    Object.keys(readJson(FOLDER, "package.json").dependencies).map((name) => [
      name,
      readJson(FOLDER, "node_modules", name, "package.json").version,
    ]),
  );

export const describeRun = () => ({
  date: new Date().toISOString(),
  commit: git("rev-parse", "--short", "HEAD"),
  isChanged: git("status", "--porcelain") !== "",
  node: process.version,
  versions: versionsOfPeers(),
  machine: {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
  },
  loadAtStart: Number(loadavg()[0]?.toFixed(1)),
});
