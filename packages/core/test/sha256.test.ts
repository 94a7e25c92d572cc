import { afterEach, describe, expect, test, vi } from "vitest";
import { sha256Hex } from "../src/operations/sha256.ts";

// printf '{"é":1}' | sha256sum
const BYTES = new TextEncoder().encode('{"é":1}');
const DIGEST = "ddcfcf4765da163969972bb20660092ca2787782d9352d1d8a38e93f70acf3bf";

describe("a digest is the same on every runtime", () => {
  afterEach(() => void vi.restoreAllMocks());

  test("Node's own function takes it, without another thread", async () => {
    const web = vi.spyOn(crypto.subtle, "digest");
    expect(await sha256Hex(BYTES)).toBe(DIGEST);
    expect(web).not.toHaveBeenCalled();
  });

  test.each<[string, object | undefined]>([
    ["has nothing of Node", undefined],
    ["has node:crypto without the one-shot function", {}],
  ])("the Web's takes it if a runtime %s", async (_name, module) => {
    vi.spyOn(process, "getBuiltinModule").mockReturnValue(module as never);
    const web = vi.spyOn(crypto.subtle, "digest");
    expect(await sha256Hex(BYTES)).toBe(DIGEST);
    expect(web).toHaveBeenCalledOnce();
  });
});
