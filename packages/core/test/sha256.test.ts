import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

// printf '{"é":1}' | sha256sum
const TEXT = '{"é":1}';
const DIGEST = "ddcfcf4765da163969972bb20660092ca2787782d9352d1d8a38e93f70acf3bf";

describe("a digest is the same on every runtime", () => {
  // The function is looked for once.
  beforeEach(() => vi.resetModules());
  afterEach(() => void vi.restoreAllMocks());

  test("Node's own function takes it, without another thread", async () => {
    const web = vi.spyOn(crypto.subtle, "digest");
    const { sha256Hex, sha256HexOfNode } = await import("../src/operations/sha256.ts");
    expect(await sha256Hex(TEXT)).toBe(DIGEST);
    expect(sha256HexOfNode()?.(TEXT)).toBe(DIGEST);
    expect(web).not.toHaveBeenCalled();
  });

  test.each<[string, object | undefined]>([
    ["has nothing of Node", undefined],
    ["has node:crypto without the one-shot function", {}],
  ])("the Web's takes it if a runtime %s", async (_name, module) => {
    vi.spyOn(process, "getBuiltinModule").mockReturnValue(module as never);
    const web = vi.spyOn(crypto.subtle, "digest");
    const { sha256Hex, sha256HexOfNode } = await import("../src/operations/sha256.ts");
    expect(await sha256Hex(TEXT)).toBe(DIGEST);
    expect(sha256HexOfNode()).toBeUndefined();
    expect(web).toHaveBeenCalledOnce();
  });
});
