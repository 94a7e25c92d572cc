// Reads a webhook from what a person has of it: a dump of the HTTP request, JSON, a curl command, or its parts.
import { err, ok, type Result } from "neverthrow";
import { type Failure, usageError } from "../failure.ts";
import { isCurlCommand, readCurlCommand } from "./read-curl.ts";
import type { ReceivedRequest } from "./received-request.ts";

type Read<T> = Result<T, Failure>;

const FORMS =
  'Expected the HTTP request as text, a curl command, or JSON such as { "method": "POST", "url": "/webhooks/midtrans", "headers": {}, "body": "…" }.';

/** Reads the request of a file. No message contains anything of it. */
export const readRequestFile = (bytes: Uint8Array, name: string): Read<ReceivedRequest> => {
  const text = Buffer.from(bytes)
    .toString("utf8")
    .replace(/^\ufeff/, "")
    .trimStart();
  if (text.startsWith("{")) return readJsonRequest(text, name);
  if (isCurlCommand(text)) return readCurlCommand(text, name);
  return readHttpDump(Buffer.from(bytes), name);
};

/** The form of the sandbox's records, `GET /control/webhooks` and its inspector. */
const readJsonRequest = (text: string, name: string): Read<ReceivedRequest> => {
  const value = parseJson(text);
  if (value === undefined) return err(usageError(`${name}: expected JSON`, FORMS));
  const { method = "POST", url, headers, body } = value as Readonly<Record<string, unknown>>;
  const read = headersOf(headers ?? {});
  if (typeof method !== "string" || (url !== undefined && typeof url !== "string") || read === undefined) {
    return err(usageError(`${name}: expected method and url as text, and headers as an object`, FORMS));
  }
  const isObject = typeof body === "object" && body !== null;
  if (!isObject && typeof body !== "string") return err(usageError(`${name}: expected a body`, FORMS));
  return ok({
    method,
    ...(url !== undefined && { url }),
    headers: read,
    body: isObject ? body : Buffer.from(body, "utf8"),
  });
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const headersOf = (value: unknown): Readonly<Record<string, string>> | undefined => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value).map(([header, each]) => [header, Array.isArray(each) ? each.join(", ") : each]);
  return entries.every(([, each]) => typeof each === "string") ? Object.fromEntries(entries) : undefined;
};

/** A request line, header lines, an empty line, and the body, byte for byte. */
const readHttpDump = (bytes: Buffer, name: string): Read<ReceivedRequest> => {
  // A character is a byte, so that places in the text are places in the bytes.
  const text = bytes.toString("latin1");
  const [head = "", separator] = /^[^]*?(\r?\n\r?\n|$)/.exec(text) ?? [];
  const [first = "", ...lines] = head.trimEnd().split(/\r?\n/);
  const [, method, url] = /^([A-Z]+) (\S+)(?: HTTP\/[\d.]+)?$/.exec(first) ?? [];
  if (method === undefined || url === undefined) {
    return err(usageError(`${name}: expected a request line such as POST /webhooks/midtrans HTTP/1.1`, FORMS));
  }
  const headers = readHeaderLines(lines, name);
  if (headers.isErr()) return err(headers.error);
  const body = separator === "" ? Buffer.alloc(0) : bytes.subarray(head.length);
  return ok({ method, url, headers: headers.value, body: bodyOf(body, headers.value) });
};

/** Editors add a line end after the last line, which is not a part of the body. */
const bodyOf = (bytes: Buffer, headers: Readonly<Record<string, string>>): Uint8Array => {
  const find = (wanted: string): string | undefined =>
    Object.entries(headers).find(([header]) => header.toLowerCase() === wanted)?.[1];
  if (/^chunked$/i.test(find("transfer-encoding") ?? "")) return withoutChunks(bytes) ?? bytes;
  const length = find("content-length");
  return length !== undefined && /^\d{1,9}$/.test(length) ? bytes.subarray(0, Number(length)) : bytes;
};

/** The body of a request that arrived in chunks; `undefined` if the dump shows the body without them. */
const withoutChunks = (bytes: Buffer): Buffer | undefined => {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [line, digits] = /^([0-9a-f]{1,8})[^\r\n]*\r\n/i.exec(bytes.toString("latin1", at, at + 64)) ?? [];
    if (line === undefined || digits === undefined) return undefined;
    const size = Number.parseInt(digits, 16);
    if (size === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(at + line.length, at + line.length + size));
    at += line.length + size + 2;
  }
  return undefined;
};

/** Lines such as `Content-Type: application/json`. Those of one name are joined, as HTTP does it. */
export const readHeaderLines = (lines: readonly string[], name: string): Read<Readonly<Record<string, string>>> => {
  const headers: Record<string, string> = {};
  for (const [at, line] of lines.entries()) {
    const [, header, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (header === undefined || value === undefined) {
      return err(usageError(`${name}: expected a header as name: value, got something else (number ${at + 1})`, FORMS));
    }
    const key = header.toLowerCase();
    headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`;
  }
  return ok(headers);
};

/** The headers of a file: lines, or a JSON object. */
export const readHeaderFile = (text: string, name: string): Read<Readonly<Record<string, string>>> => {
  if (!text.trimStart().startsWith("{")) return readHeaderLines(text.split(/\r?\n/).filter(Boolean), name);
  const headers = headersOf(parseJson(text));
  return headers ? ok(headers) : err(usageError(`${name}: expected an object of headers`, FORMS));
};
