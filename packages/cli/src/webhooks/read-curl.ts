// Reads a curl command as a request, such as the ones that the sandbox's inspector shows.
import { err, ok, type Result } from "neverthrow";
import { type Failure, usageError } from "../failure.ts";
import type { ReceivedRequest } from "./received-request.ts";

/** `curl …`, or `printf '…' | curl …` with the body. */
export const isCurlCommand = (text: string): boolean => /^(?:\$ )?(?:curl\s|printf\s+'[^']*'\s*\|\s*curl\s)/.test(text);

const ADVICE = "Copy the whole command, or give the request in another form: see tautan webhooks verify --help.";

/** Options of curl that have a value, by their short names. */
const WITH_VALUE: Readonly<Record<string, string>> = {
  "-H": "--header",
  "-d": "--data",
  "-X": "--request",
  "-u": "--user",
  "-A": "--user-agent",
  "-o": "--output",
  "-m": "--max-time",
};
const KNOWN_WITH_VALUE = new Set([
  ...Object.values(WITH_VALUE),
  "--data-raw",
  "--data-binary",
  "--data-ascii",
  "--url",
]);
/** Options that change nothing of the request. */
const HARMLESS = new Set([
  "--include",
  "--globoff",
  "--path-as-is",
  "--compressed",
  "--silent",
  "--show-error",
  "--verbose",
  "--location",
  "--insecure",
  "--fail",
  "-i",
  "-g",
  "-s",
  "-S",
  "-v",
  "-L",
  "-k",
  "-f",
]);

/** Reads a command. No message contains anything of it but the name of an option. */
export const readCurlCommand = (text: string, name: string): Result<ReceivedRequest, Failure> => {
  const words = shellWords(text.replace(/^\$ /, "").trim());
  if (words === undefined) return err(usageError(`${name}: expected a whole curl command`, ADVICE));
  const pipe = words.findIndex((word) => word.isOperator);
  const printed = pipe === -1 ? undefined : formatOf(words[1]?.bytes);
  const headers: Record<string, string> = {};
  const bodies: Buffer[] = [];
  let method: string | undefined;
  let url: string | undefined;
  const [, ...rest] = words.slice(pipe + 1).map(({ bytes }) => bytes);
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] ?? Buffer.alloc(0);
    const option = WITH_VALUE[word.toString()] ?? word.toString();
    if (HARMLESS.has(option)) continue;
    if (option === "--head" || option === "-I") method = "HEAD";
    else if (!option.startsWith("-")) url = option;
    else if (KNOWN_WITH_VALUE.has(option)) {
      const value = rest[(at += 1)] ?? Buffer.alloc(0);
      if (option === "--header") addHeader(headers, value.toString("latin1"));
      else if (option === "--user") headers["authorization"] = `Basic ${value.toString("base64")}`;
      else if (option === "--user-agent") headers["user-agent"] = value.toString("latin1");
      else if (option === "--request") method = value.toString();
      else if (option === "--url") url = value.toString();
      else if (option.startsWith("--data")) {
        const isFromInput = option !== "--data-raw" && value.toString().startsWith("@");
        const body = isFromInput ? (value.toString() === "@-" ? printed : undefined) : value;
        if (body === undefined) return err(usageError(`${name}: expected the body inside the command`, ADVICE));
        bodies.push(body);
      }
    } else return err(usageError(`${name}: there is no reading of the option ${option.slice(0, 30)} of curl`, ADVICE));
  }
  const body = Buffer.concat(bodies.flatMap((each, at) => (at === 0 ? [each] : [Buffer.from("&"), each])));
  return ok({
    method: method ?? (bodies.length > 0 ? "POST" : "GET"),
    ...(url !== undefined && { url }),
    headers,
    body,
  });
};

/** `Name: value`; `Name;` is one without a value, and `Name:` one that is not to be sent. */
const addHeader = (headers: Record<string, string>, line: string): void => {
  const [, header, mark, value = ""] = /^([^:;]+)([:;])\s*([^]*)$/.exec(line) ?? [];
  if (header === undefined || (mark === ":" && value === "")) return;
  const key = header.toLowerCase();
  headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`;
};

interface Word {
  readonly bytes: Buffer;
  /** A pipe. */
  readonly isOperator: boolean;
}

/** The words of a POSIX shell: quotes, escapes, continued lines, and `"$(printf '…')"`; `undefined` if a quote is open. */
const shellWords = (text: string): readonly Word[] | undefined => {
  const words: Word[] = [];
  let parts: Buffer[] | undefined;
  const add = (part: string | Buffer): void => {
    (parts ??= []).push(typeof part === "string" ? Buffer.from(part, "utf8") : part);
  };
  const end = (): void => {
    if (parts) words.push({ bytes: Buffer.concat(parts), isOperator: false });
    parts = undefined;
  };
  let rest = text;
  while (rest !== "") {
    const [whole, single, printed, double, escaped, space, operator, bare] = TOKEN.exec(rest) ?? [];
    if (whole === undefined) return undefined;
    if (single !== undefined) add(single);
    else if (printed !== undefined) add(formatOf(Buffer.from(printed, "utf8")) ?? "");
    else if (double !== undefined) add(double.replace(/\\([\\"$`])/g, "$1"));
    else if (escaped !== undefined) {
      if (escaped !== "\n") add(escaped);
    } else if (space !== undefined) end();
    else if (operator !== undefined) {
      end();
      words.push({ bytes: Buffer.from(operator), isOperator: true });
    } else add(bare ?? "");
    rest = rest.slice(whole.length);
  }
  end();
  return words;
};

const TOKEN = /^(?:'([^']*)'|"\$\(printf '([^']*)'\)"|"((?:[^"\\]|\\[^])*)"|\\([^])|(\s+)|(\|)|([^\s'"\\|]+))/;

/** The bytes that `printf` writes. */
const formatOf = (format: Buffer | undefined): Buffer | undefined =>
  format &&
  Buffer.from(
    format
      .toString("latin1")
      .replace(/%%|\\([0-7]{1,3})|\\\\/g, (whole, octal?: string) =>
        octal === undefined ? whole.slice(1) : String.fromCharCode(Number.parseInt(octal, 8)),
      ),
    "latin1",
  );
