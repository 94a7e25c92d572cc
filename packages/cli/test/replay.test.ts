// `tautan dev --replay`: a recorded run in the inspector.
import { join } from "node:path";
import { expect, test } from "vitest";
import { startDev } from "./support/dev.ts";
import { projectOf } from "./support/project.ts";

const RECORDING = {
  format: "tautan-recording",
  version: 1,
  title: "a run",
  violations: [],
  steps: [{ title: "the only step", atMs: 0, entries: [], rows: [] }],
};

const GATEWAY = ["--gateways", "xfers"];

test("a schedule of a seed is played, and the inspector shows its steps", async () => {
  const dev = startDev(projectOf({}), [...GATEWAY, "--replay", "7/12"]);
  const [, page = ""] = await dev.until(/Replay: (\S+)/);
  const text = await (await fetch(page)).text();
  expect(text).toContain("Schedule 12 of seed 7");
  expect(text).toContain("It kept every promise.");
  expect((await fetch(`${page}/2`)).status).toBe(200);
});

test("a file is opened, by its path from the working directory", async () => {
  const dev = startDev(projectOf({ "runs/recording.json": RECORDING }), [
    ...GATEWAY,
    "--replay",
    "runs/recording.json",
    "--json",
  ]);
  const [, page = ""] = await dev.until(/"replay":"([^"]+)"/);
  expect(await (await fetch(page)).text()).toContain("the only step");
});

test("what is no recording, and a seed that nobody can play here, are refused with the way out", async () => {
  const project = projectOf({
    "later.json": { ...RECORDING, version: 2 },
    "cut.json": JSON.stringify(RECORDING).slice(0, -9),
    "shop/node_modules/@tautan/ledger/package.json": { name: "@tautan/ledger", version: "1.0.0" },
    "shop/package.json": {},
  });
  const refusalOf = async (named: string, cwd = project.folder) => {
    const { code, stderr } = await project.run(["dev", "--port", "0", ...GATEWAY, "--replay", named], { cwd });
    return [code, stderr] as const;
  };
  const [missing, later, cut, seed] = await Promise.all([
    refusalOf("none.json"),
    refusalOf("later.json"),
    refusalOf("cut.json"),
    refusalOf("7/12", join(project.folder, "shop")),
  ]);
  expect(missing).toEqual([2, expect.stringContaining('got "none.json", and there is no such file')]);
  expect(later).toEqual([
    2,
    expect.stringMatching(/--replay: .*later\.json: expected a recording of version 1, but got version 2/),
  ]);
  expect(cut).toEqual([2, expect.stringMatching(/--replay: .*cut\.json is not JSON/)]);
  expect(seed[0]).toBe(4);
  expect(seed[1]).toContain("only the packages and examples of Tautan's repository have it");
  expect(seed[1]).toContain("npm run chaos -- --seed 7 --schedule 12 --open");
});
