// Pages as their users find their way in them: by roles and names, not by the text of their HTML.
import { queryAllByRole } from "@testing-library/dom";
import {
  type HTMLElement,
  type HTMLFormElement,
  HTMLInputElement,
  HTMLSelectElement,
  HTMLTextAreaElement,
  Window,
} from "happy-dom";
import { call, type Reply } from "./support.ts";

/** What is filled into the fields of a form: a text, the text of an option, or whether a box is ticked. */
type Filling = Readonly<Record<string, string | boolean>>;

/** A page, or a part of one. */
export interface Part {
  readonly element: HTMLElement;
  /** Its text, with runs of white space as one space. */
  readonly text: string;
  /** The only element of this role and name; an error that lists what there is otherwise. */
  get(role: string, name?: string | RegExp): Part;
  all(role: string, name?: string | RegExp): readonly Part[];
  has(role: string, name?: string | RegExp): boolean;
}

export interface Page extends Part {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  readonly title: string;
  /** Goes where a link of this name leads. */
  follow(name: string | RegExp): Promise<Page>;
  /** Presses a button, after filling in fields of its form by their labels, and goes on where the answer leads. */
  press(button: string | RegExp, filling?: Filling): Promise<Page>;
}

/** Opens a page as a browser does that runs no script. `headers`: such as `Accept-Language`, sent with all that follows. */
export const openPage = (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Page> =>
  createBrowser(headers).open(url);

/** The page that answers a request of one's own. */
export const pageOfReply = (url: string, reply: Reply): Page => createBrowser({}).read(url, reply);

interface Browser {
  open(url: string, init?: RequestInit): Promise<Page>;
  read(url: string, reply: Reply): Page;
}

const MAX_REDIRECTS = 5;
const FIELD_ROLES = ["textbox", "searchbox", "spinbutton", "combobox", "radio", "checkbox"] as const;

const createBrowser = (headers: Readonly<Record<string, string>>): Browser => {
  const cookies = new Map<string, string>();

  const send = async (url: string, init: RequestInit): Promise<Reply> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const reply = await call(url, {
      ...init,
      headers: { ...headers, ...(cookie === "" ? {} : { Cookie: cookie }), ...init.headers },
    });
    for (const line of reply.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return reply;
  };

  const open = async (url: string, init: RequestInit = {}): Promise<Page> => {
    let [address, reply] = [url, await send(url, init)];
    for (let count = 0; count < MAX_REDIRECTS && reply.status >= 300 && reply.status < 400; count += 1) {
      address = new URL(reply.headers.get("location") ?? "", address).href;
      reply = await send(address, {});
    }
    return pageOf(address, reply);
  };

  const pageOf = (url: string, reply: Reply): Page => {
    const window = windowWith(reply.text, url);
    const root = rootOf(window);
    return {
      ...partOf(root),
      url,
      status: reply.status,
      headers: reply.headers,
      html: reply.text,
      title: window.document.title,
      follow: (name) => open(new URL(find(root, "link", name).getAttribute("href") ?? "", url).href),
      press(name, filling = {}) {
        const button = find(root, "button", name);
        const formId = button.getAttribute("form");
        const form = (
          formId === null ? button.closest("form") : window.document.getElementById(formId)
        ) as HTMLFormElement | null;
        if (form === null) throw new Error(`The button ${String(name)} belongs to no form.`);
        for (const [label, value] of Object.entries(filling)) fill(form, label, value);
        const fields = new window.FormData(form);
        const sent = new URLSearchParams([...fields].map(([field, value]): [string, string] => [field, String(value)]));
        const action = button.getAttribute("name");
        if (action !== null) sent.append(action, button.getAttribute("value") ?? "");
        const target = new URL(form.getAttribute("action") ?? "", url);
        if (form.method !== "post") return open(new URL(`?${sent}`, target).href);
        return open(target.href, { method: "POST", headers: { Origin: target.origin }, body: sent });
      },
    };
  };

  return { open, read: pageOf };
};

const windowWith = (html: string, url: string): Window => {
  const window = new Window({ url });
  // Styles of these pages hide nothing, and reading them for each element takes long.
  window.document.write(html.replace(/<style>[^]*?<\/style>/, ""));
  for (const select of window.document.querySelectorAll("select")) {
    const chosen = [...select.options].findIndex((option) => option.hasAttribute("selected"));
    // What was written with it is not what happy-dom chooses.
    if (chosen !== -1) select.selectedIndex = chosen;
  }
  return window;
};

const rootOf = ({ document }: Window): HTMLElement => document.documentElement as unknown as HTMLElement;

/** A page that was fetched otherwise. */
export const readPage = ({ text }: Pick<Reply, "text">): Part => partOf(rootOf(windowWith(text, "http://127.0.0.1/")));

const partOf = (element: HTMLElement): Part => ({
  element,
  text: (element.querySelector("body") ?? element).textContent.replaceAll(/\s+/g, " ").trim(),
  get: (role, name) => partOf(find(element, role, name)),
  all: (role, name) => findAll(element, role, name).map(partOf),
  has: (role, name) => findAll(element, role, name).length > 0,
});

const findAll = (root: HTMLElement, role: string, name: string | RegExp | undefined): readonly HTMLElement[] =>
  queryAllByRole(root as never, role, name === undefined ? {} : { name }) as unknown as readonly HTMLElement[];

const find = (root: HTMLElement, role: string, name: string | RegExp | undefined): HTMLElement => {
  const [found, ...others] = findAll(root, role, name);
  if (found !== undefined && others.length === 0) return found;
  const wanted = `${role}${name === undefined ? "" : ` ${String(name)}`}`;
  const present = findAll(root, role, undefined).map(({ outerHTML }) => outerHTML.slice(0, 300));
  throw new Error(
    `Expected one ${wanted}, but found ${found === undefined ? 0 : others.length + 1}. All of the role:\n${present.join("\n")}`,
  );
};

const fill = (form: HTMLElement, label: string, value: string | boolean): void => {
  const fields = FIELD_ROLES.flatMap((role) => findAll(form, role, label));
  const [field] = fields;
  if (field === undefined || fields.length > 1) {
    throw new Error(`Expected one field ${label}, but found ${fields.length}.`);
  }
  if (field instanceof HTMLSelectElement) {
    const option = find(field, "option", String(value));
    field.value = option.getAttribute("value") ?? String(value);
  } else if (field instanceof HTMLInputElement && typeof value === "boolean") field.checked = value;
  else if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.value = String(value);
  else throw new Error(`${label} is not a field that can be filled in.`);
};
