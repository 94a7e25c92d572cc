// The webhook that the options of a command line describe.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { err, ok, type Result } from "neverthrow";
import { type Failure, usageError } from "../../failure.ts";
import type { Context, OptionDefinitions } from "../../frame/command.ts";
import { readHeaderFile, readHeaderLines, readRequestFile } from "../../webhooks/read-request.ts";
import type { ReceivedRequest } from "../../webhooks/received-request.ts";

/** The options that describe a webhook. */
export const SOURCE_OPTIONS = {
  request: {
    type: "string",
    value: "file|-",
    description: "The whole request: an HTTP dump, JSON of the sandbox, or a curl command; - for standard input",
  },
  body: { type: "string", value: "file|-", description: "The body, byte for byte, in a file or on standard input" },
  header: { type: "string", multiple: true, value: "name:value", description: "A header" },
  headers: { type: "string", value: "file", description: "Headers in a file, one a line, or a JSON object" },
  url: { type: "string", value: "url", description: "The URL at which it arrived, or its path and query" },
  method: { type: "string", value: "method", description: "The HTTP method; default POST" },
} as const satisfies OptionDefinitions;

type SourceContext = Pick<Context<typeof SOURCE_OPTIONS>, "options" | "input" | "folder">;
type Read<T> = Result<T, Failure>;

const HELP = "Run tautan webhooks verify --help for the options.";

/** The request of the options; those about a part override that part of `--request`. */
export const readSource = async (context: SourceContext): Promise<Read<ReceivedRequest>> => {
  const { options } = context;
  if ((options.request === undefined) === (options.body === undefined)) {
    const got = options.request === undefined ? "neither" : "both";
    return err(usageError(`expected --request or --body, got ${got}`, HELP));
  }
  const url = readUrl(options.url, "--url");
  if (url.isErr()) return err(url.error);
  const whole = await readBase(context);
  if (whole.isErr()) return err(whole.error);
  const headers = await readHeaders(context);
  if (headers.isErr()) return err(headers.error);
  const overridden = new Set(Object.keys(headers.value).map((each) => each.toLowerCase()));
  const kept = Object.entries(whole.value.headers).filter(([each]) => !overridden.has(each.toLowerCase()));
  return ok({
    ...whole.value,
    ...(options.url !== undefined && { url: options.url }),
    ...(options.method !== undefined && { method: options.method }),
    headers: { ...Object.fromEntries(kept), ...headers.value },
  });
};

/** The URL of an option, or its path and query. */
export const readUrl = (text: string | undefined, option: string): Read<string | undefined> =>
  text === undefined || text.startsWith("/") || URL.canParse(text)
    ? ok(text)
    : err(usageError(`${option}: expected a URL, or a path that starts with /`, HELP));

const readBase = async ({ options, input, folder }: SourceContext): Promise<Read<ReceivedRequest>> => {
  const option = options.request === undefined ? "--body" : "--request";
  const file = options.request ?? options.body ?? "-";
  const bytes = await (file === "-" ? input.readBytes() : readFile(resolve(folder, file)).catch(() => undefined));
  if (bytes === undefined) return err(usageError(`${option}: the file ${file} cannot be read`, "Name a file."));
  if (options.request === undefined) return ok({ method: "POST", headers: {}, body: bytes });
  return readRequestFile(bytes, file === "-" ? "standard input" : file);
};

const readHeaders = async ({ options, folder }: SourceContext): Promise<Read<ReceivedRequest["headers"]>> => {
  const single = readHeaderLines(options.header, "--header");
  if (single.isErr() || options.headers === undefined) return single;
  const file = options.headers;
  const text = await readFile(resolve(folder, file), "utf8").catch(() => undefined);
  if (text === undefined) return err(usageError(`--headers: the file ${file} cannot be read`, "Name a file."));
  return readHeaderFile(text, file).map((headers) => ({ ...headers, ...single.value }));
};
