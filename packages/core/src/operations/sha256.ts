type Sha256Hex = (data: string | Uint8Array) => string;

/** The part of `node:crypto` that is used. Runtimes that have only part of Node may lack the one-shot function. */
interface NodeCrypto {
  readonly hash?: (algorithm: "sha256", data: string | Uint8Array, encoding: "hex") => string;
}

interface Runtime {
  readonly process?: { readonly getBuiltinModule?: (name: "node:crypto") => NodeCrypto | undefined };
}

let nodeSha256Hex: Sha256Hex | undefined | "not looked for" = "not looked for";

/**
 * Node's SHA-256 as hexadecimal digits, of text in UTF-8; `undefined` on runtimes without it. Of a webhook's few hundred bytes, it takes a
 * tenth of the time of the Web's, which hands them to another thread.
 */
export const sha256HexOfNode = (): Sha256Hex | undefined => {
  if (nodeSha256Hex === "not looked for") {
    // Looked for, not imported: core runs on every runtime.
    const { hash } = (globalThis as Runtime).process?.getBuiltinModule?.("node:crypto") ?? {};
    nodeSha256Hex = hash && ((data) => hash("sha256", data, "hex"));
  }
  return nodeSha256Hex;
};

export const sha256Hex = async (text: string): Promise<string> => sha256HexOfNode()?.(text) ?? webSha256Hex(text);

const webSha256Hex = async (text: string): Promise<string> => {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
};
