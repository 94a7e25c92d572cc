import type { Sandbox } from "../src/index.ts";
import { call, type Reply } from "./support.ts";

export const look = (sandbox: Pick<Sandbox, "control">, path = ""): Promise<Reply> =>
  call(`${sandbox.control.url}/inspector${path}`);

/** What a browser sends when a form of the inspector is used. */
export const submit = (
  sandbox: Pick<Sandbox, "control">,
  path: string,
  fields: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Reply> =>
  call(`${sandbox.control.url}/inspector${path}`, {
    method: "POST",
    headers: { Origin: sandbox.control.url, ...headers },
    body: new URLSearchParams(fields),
  });

/** Text as it stands in a page. */
export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Where an answer leads, or what it says to whoever was refused. */
export const outcomeOf = ({ status, headers, text }: Reply): readonly unknown[] => {
  const [, refusal] = /<p role="alert"[^>]*>([^<]*)<\/p>/.exec(text) ?? [];
  return [status, refusal ?? headers.get("location")];
};
