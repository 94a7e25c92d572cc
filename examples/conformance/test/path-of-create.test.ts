// A create goes from the facade to the wire without a hop that turns back. Code of ours that is loaded later would make such hops: a file
// calls a loader, and the loader calls a file beside the first one.
import { FaultyNetwork, type NetworkTransport } from "@tautan/conformance";
import { createPaymentLinks, money } from "@tautan/core";
import { expect, test } from "vitest";
import { loadSubjects } from "../src/subjects.ts";

/** By which file one may be entered again, and why: it handed over a function. */
const ENTERED_AGAIN: Readonly<Record<string, string>> = {
  "core/contained.ts > core/facade/bind.ts": "an operation starts where an argument that throws is caught",
  "core/operations/deadline.ts > core/operations/call.ts": "the call runs until its deadline",
  "core/operations/call.ts > core/operations/create.ts": "the work of a call, within its deadline",
  "core/operations/turns.ts > core/operations/create.ts": "creates of one reference run one at a time",
};

/** What is loaded later, and never to send a request: see the rule `loads-later-what-is-heavy` of the imports. */
const LOADED_LATER = /\/(wire|config-schema|explain-webhook|explain\/index)\.ts$/;

/** Keeps the stack of each request that creates a link. */
class StackOfCreates extends FaultyNetwork {
  readonly stacks: string[] = [];

  override aroundTransport<T extends NetworkTransport>(transport: T): T {
    const send: NetworkTransport["send"] = (request) => {
      if ("purpose" in request && request.purpose === "create") this.stacks.push(stackHere());
      return transport.send(request);
    };
    return { ...transport, send };
  }
}

const stackHere = (): string => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  const { stack = "" } = new Error("here");
  Error.stackTraceLimit = stackTraceLimit;
  return stack;
};

/** Our files in the order of the calls, each once for as long as it is not left. */
const filesIn = (stack: string): readonly string[] =>
  [...stack.matchAll(/packages\/((?:core|driver-[^/]+)\/)src\/([^:?]+\.ts)/g)]
    .map(([, folder, file]) => `${folder}${file}`)
    .toReversed()
    .filter((file, index, all) => file !== all[index - 1]);

const roomOf = (file: string): string => file.split("/", 1)[0] ?? "";

test("no file is left and entered again, except where something is within a deadline or takes turns", async () => {
  const subjects = await loadSubjects();
  const enteredAgain = new Set<string>();
  for (const subject of subjects) {
    const { name, capabilities } = subject;
    const network = new StackOfCreates();
    const running = await subject.start(network);
    const { driver, clock } = running;
    const links = createPaymentLinks({ default: name, gateways: { [name]: driver }, clock });
    const [currency = ""] = Object.keys(capabilities.currencies);
    const created = await links.create({
      reference: "INV-001",
      title: "Concert, day 1",
      amount: money("50000", currency),
      customer: { name: "Ada", email: "ada@example.com", phone: "+628110000001" },
      omitIfUnsupported: ["title", "customer"],
    });
    await running.stop();
    expect(created.isOk(), created.isErr() ? created.error.message : "").toBe(true);
    expect(network.stacks, name).toHaveLength(1);
    const files = filesIn(network.stacks.join());
    // Where a create waits for something, such as its turn or a token, the stack goes back to the work of the call only.
    expect(files, name).toEqual(expect.arrayContaining(["core/operations/create.ts", `driver-${name}/client.ts`]));
    expect(files.filter((file) => LOADED_LATER.test(file))).toEqual([]);
    const rooms = files.map(roomOf).filter((room, index, all) => room !== all[index - 1]);
    expect(rooms, name).toEqual(["core", `driver-${name}`, "driver-kit"]);
    for (const [index, file] of files.entries()) {
      if (files.indexOf(file) < index) enteredAgain.add(`${files[index - 1]} > ${file}`);
    }
  }
  expect(subjects.length).toBeGreaterThan(0);
  expect([...enteredAgain].filter((each) => !(each in ENTERED_AGAIN))).toEqual([]);
});
