/** An HTTP request to be made again. In the values of headers, a character is a byte, as Node.js has them. */
export interface RepeatableCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Those that curl makes itself, for its own connection. */
const OF_CONNECTION: ReadonlySet<string> = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "keep-alive",
  "expect",
]);

/** Those that curl adds by default. */
const ADDED_BY_CURL = ["Accept", "User-Agent"] as const;
const ADDED_TO_BODY = "Content-Type";

/** A command for a POSIX shell that sends the same request: method, URL, headers and body, byte for byte. */
export const curlCommand = ({ method, url, headers, body }: RepeatableCall): string => {
  const bytes = Buffer.from(body, "utf8");
  const isPlain = isPlainText(bytes);
  const sent = Object.entries(headers).filter(([name]) => !OF_CONNECTION.has(name.toLowerCase()));
  const names = new Set(sent.map(([name]) => name.toLowerCase()));
  const unwanted = [...ADDED_BY_CURL, ...(body === "" ? [] : [ADDED_TO_BODY])].filter(
    (name) => !names.has(name.toLowerCase()),
  );
  const lines = [
    ["curl --include", ...urlOptions(url), ...methodOption(method, body), shellWord(url)].join(" "),
    ...sent.map(([name, value]) => headerOption(name, value)),
    ...unwanted.map((name) => `--header ${shellWord(`${name}:`)}`),
    ...(body === "" ? [] : [isPlain ? `--data-raw ${shellWord(body)}` : "--data-binary @-"]),
  ];
  const command = lines.join(" \\\n  ");
  return body === "" || isPlain ? command : `${printed(bytes)} | ${command}`;
};

/** Shell source for one argument with exactly this text, or these bytes; not for a line break at the end, or a byte 0. */
export const shellWord = (text: string | Buffer): string => {
  const bytes = typeof text === "string" ? Buffer.from(text, "utf8") : text;
  return isPlainText(bytes) ? quoted(bytes.toString("utf8")) : `"$(${printed(bytes)})"`;
};

/** A command that writes exactly these bytes. */
export const printed = (bytes: Buffer): string => {
  const format = [...bytes].map((byte, index) => {
    const character = String.fromCharCode(byte);
    if (character === "%") return "%%";
    // A first dash would begin an option.
    const isSafe = /[ -~]/.test(character) && !/['\\]/.test(character) && !(index === 0 && character === "-");
    return isSafe ? character : `\\${byte.toString(8).padStart(3, "0")}`;
  });
  return `printf '${format.join("")}'`;
};

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Whether it is text that survives being shown on a page, copied and pasted into a terminal. */
const isPlainText = (bytes: Buffer): boolean => {
  const text = bytes.toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes) && !/[^\P{C}\n]|[\u2028\u2029]/u.test(text);
};

const methodOption = (method: string, body: string): readonly string[] => {
  if (method === "HEAD") return ["--head"];
  return method === (body === "" ? "GET" : "POST") ? [] : [`--request ${method}`];
};

const urlOptions = (url: string): readonly string[] => [
  // Without them curl takes brackets for patterns, and removes dots from paths.
  ...(/[[\]{}]/.test(url) ? ["--globoff"] : []),
  ...(/\/\.|%2e/i.test(url) ? ["--path-as-is"] : []),
];

const headerOption = (name: string, value: string): string => {
  const basic = name.toLowerCase() === "authorization" ? userInBasic(value) : undefined;
  if (basic !== undefined) return `--user ${shellWord(basic)}`;
  // curl takes a header without a value for one that is not to be sent.
  return `--header ${shellWord(Buffer.from(value === "" ? `${name};` : `${name}: ${value}`, "latin1"))}`;
};

/** `user:password`, which is easier to read than its Base64; `undefined` if curl would write another header. */
const userInBasic = (value: string): string | undefined => {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(value) ?? [];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, "base64").toString("utf8");
  const isSame = Buffer.from(decoded, "utf8").toString("base64") === encoded;
  return isSame && decoded.includes(":") && !decoded.startsWith(":") && !/\p{C}/u.test(decoded) ? decoded : undefined;
};
