/** The version of Node, if this is Node and not a runtime that imitates it. */
const nodeVersion = (): string | undefined => {
  const { node, bun, deno } = (globalThis.process?.versions ?? {}) as Partial<Record<string, string>>;
  return bun === undefined && deno === undefined ? node : undefined;
};

const isTooOld = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < 22 || (major === 22 && minor < 20);
};

/** Whether the host of a `URL` is this machine. */
export const isThisMachine = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);

/** Checks a factory's options by hand and throws `TypeError`s that name the factory and the option, never a value. */
export class OptionsCheck<Options extends object> {
  readonly #factory: string;
  readonly #options: Options;

  constructor(factory: string, options: Options, known: readonly (keyof Options & string)[]) {
    this.#factory = factory;
    this.#options = options;
    const node = nodeVersion();
    if (node && isTooOld(node)) throw new TypeError(`${factory}: Node 22.20 or later is needed, this is ${node}`);
    if (typeof options !== "object" || options === null) this.refuse("options", "expected an object");
    for (const name of Object.keys(options)) {
      if (!known.includes(name as keyof Options & string)) {
        this.refuse(name, `there is no such option; expected ${known.join(", ")}`);
      }
    }
  }

  refuse(option: string, message: string): never {
    throw new TypeError(`${this.#factory}: ${option}: ${message}`);
  }

  /** Refuses an option that is there and is not `expected`. */
  optional(option: keyof Options & string, expected: string, isGood: (value: unknown) => boolean): void {
    const value: unknown = this.#options[option];
    if (value !== undefined && !isGood(value)) this.refuse(option, `expected ${expected}`);
  }

  text(option: keyof Options & string): string {
    return this.#visible(option, this.#options[option]);
  }

  /** At least one text, each like {@link text}; a frozen copy. */
  texts(option: keyof Options & string): readonly string[] {
    const value: unknown = this.#options[option];
    if (!Array.isArray(value) || value.length === 0) this.refuse(option, "expected a list of at least one text");
    return Object.freeze(value.map((each: unknown, index) => this.#visible(`${option}[${index}]`, each)));
  }

  oneOf<const T extends string>(option: keyof Options & string, allowed: readonly T[]): T {
    const value: unknown = this.#options[option];
    return allowed.find((each) => each === value) ?? this.refuse(option, `expected one of ${allowed.join(", ")}`);
  }

  /** The base URL of the API without a trailing slash. */
  baseUrl(option: keyof Options & string, otherwise: string): string {
    const value: unknown = this.#options[option];
    if (value === undefined) return otherwise;
    const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : undefined;
    if (!url || url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
      return this.refuse(
        option,
        "expected an address such as https://api.example.com, without user, query or fragment",
      );
    }
    if (url.protocol !== "https:" && !(url.protocol === "http:" && isThisMachine(url.hostname))) {
      return this.refuse(option, "expected https; plain http would send the keys unencrypted");
    }
    return url.href.replace(/\/+$/, "");
  }

  #visible(option: string, value: unknown): string {
    if (typeof value !== "string" || value.trim() === "") {
      const got =
        typeof value === "string" ? "an empty one" : (value ?? undefined) === undefined ? "none" : typeof value;
      this.refuse(
        option,
        `expected a text, got ${got}; pass process.env.NAME of a variable that is set; { "env": "NAME" } works only in a configuration`,
      );
    }
    if (/[^\x21-\x7e]/.test(value))
      this.refuse(option, "expected visible ASCII characters only; check for a space or line end");
    return value;
  }
}
