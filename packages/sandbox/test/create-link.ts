import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Provider, Sandbox } from "../src/index.ts";

interface Creator {
  readonly createLink: (sandbox: Sandbox, reference: string) => Promise<string>;
}

/** The pay page of a new link, which the tests of each provider know how to create: `<provider>/create-link.ts`. */
export const createLinkAt = async (sandbox: Sandbox, provider: Provider, reference = "INV-1"): Promise<string> => {
  const file = join(import.meta.dirname, provider, "create-link.ts");
  const { createLink }: Creator = await import(pathToFileURL(file).href);
  return createLink(sandbox, reference);
};
