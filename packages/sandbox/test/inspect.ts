import type { Sandbox } from "../src/index.ts";
import { openPage, type Page, type Part, pageOfReply } from "./page.ts";
import { call } from "./support.ts";

export const look = (sandbox: Pick<Sandbox, "control">, path = ""): Promise<Page> =>
  openPage(`${sandbox.control.url}/inspector${path}`);

/** What a browser sends when a form of the inspector is used, and what anybody else may send. Redirects are not followed. */
export const submit = async (
  sandbox: Pick<Sandbox, "control">,
  path: string,
  fields: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Page> => {
  const url = `${sandbox.control.url}/inspector${path}`;
  const reply = await call(url, {
    method: "POST",
    headers: { Origin: sandbox.control.url, ...headers },
    body: new URLSearchParams(fields),
  });
  return pageOfReply(url, reply);
};

/** Where an answer leads, or what it says to whoever was refused. */
export const outcomeOf = (page: Page): readonly unknown[] => [
  page.status,
  page.all("alert")[0]?.text ?? page.headers.get("location"),
];

/** The description of a term, such as when a webhook was sent. */
export const factIn = (page: Part, term: string): string | undefined =>
  page
    .all("term")
    .find(({ text }) => text === term)
    ?.element.nextElementSibling?.textContent.trim();

/** The texts of the cells in one column, the head excluded. */
export const columnIn = (page: Part, head: string): readonly string[] => {
  const table = page.all("table").find((one) => one.has("columnheader", head));
  const index = table?.all("columnheader").findIndex(({ text }) => text === head) ?? -1;
  return (table?.all("row") ?? []).flatMap((row) => row.all("cell")[index]?.text ?? []);
};

/** Where the links lead whose address begins like this, in the order of the page. */
export const addressesIn = (page: Part, prefix: string): readonly string[] =>
  page
    .all("link")
    .map(({ element }) => element.getAttribute("href") ?? "")
    .filter((address) => address.startsWith(prefix));

/** The value of a field with a label. */
export const valueOf = (page: Part, role: "textbox" | "combobox" | "searchbox", name: string | RegExp): string =>
  (page.get(role, name).element as unknown as { readonly value: string }).value;

/** What can be done with the payments of a link, such as `settle`, in the order of the page. */
export const actionsIn = (page: Part): readonly (string | undefined)[] =>
  page
    .all("table")
    .flatMap((table) => table.all("button"))
    // The name goes on with the payment.
    .map(({ element }) => element.getAttribute("aria-label")?.split(" ")[0]?.toLowerCase());
