// The other URLs to which a provider may have sent, and which it may have signed.
import { valueOr } from "../contained.ts";
import type { DriverDelivery } from "../driver-contract.ts";
import { targetOf } from "../operations/read-delivery.ts";

/** Headers in which proxies pass the URL before they changed it. */
const URL_HEADERS = ["x-original-uri", "x-original-url", "x-forwarded-uri", "x-rewrite-url"] as const;

/** Prefixes that proxies commonly remove. */
const PREFIXES = ["/api", "/api/v1", "/v1", "/backend", "/app"] as const;

const MAX_SEGMENTS_REMOVED = 3;

/** Other paths and queries that may have been signed, the likeliest first. `form` is never the URL itself: a query may contain a token. */
export const otherTargets = function* (
  { target, header }: DriverDelivery,
  publicUrl: string | undefined,
): Generator<{ readonly target: string; readonly form: string }> {
  const [path, query] = splitTarget(target);
  const published = targetOf(publicUrl);
  if (published !== undefined) {
    const [publishedPath] = splitTarget(published);
    yield { target: published, form: "the path and query of publicUrl" };
    yield { target: publishedPath + query, form: "the path of publicUrl" };
    yield {
      target: withOtherSlash(publishedPath) + query,
      form: "the path of publicUrl with or without a slash at its end",
    };
    yield { target: publishedPath.replace(/\/$/, "") + target, form: "the received path after the path of publicUrl" };
  }
  for (const name of URL_HEADERS) {
    const original = targetOf(header(name));
    if (original !== undefined) yield { target: original, form: `the URL in the header ${name}` };
  }
  const prefix = header("x-forwarded-prefix");
  if (prefix !== undefined)
    yield { target: prefix.replace(/\/$/, "") + target, form: "the prefix in the header x-forwarded-prefix" };
  yield {
    target: withOtherSlash(path) + query,
    form: path.endsWith("/") ? "the path without the slash at its end" : "the path with a slash at its end",
  };
  if (query !== "") yield { target: path, form: "the URL without its query" };
  for (const each of PREFIXES) yield { target: each + target, form: `the path after ${each}` };
  for (let count = 1; count <= MAX_SEGMENTS_REMOVED; count += 1) {
    const rest = path.split("/").slice(count + 1);
    if (rest.length === 0) break;
    yield {
      target: `/${rest.join("/")}${query}`,
      form: `the path without its first ${count === 1 ? "part" : `${count} parts`}`,
    };
  }
  yield { target: path.toLowerCase() + query, form: "the path in lower case" };
  const decoded = valueOr(() => decodeURI(path), undefined);
  if (decoded !== undefined) yield { target: decoded + query, form: "the path without percent encoding" };
};

const splitTarget = (target: string): readonly [path: string, query: string] => {
  const at = target.indexOf("?");
  return at === -1 ? [target, ""] : [target.slice(0, at), target.slice(at)];
};

const withOtherSlash = (path: string): string => (path.endsWith("/") ? path.replace(/\/+$/, "") : `${path}/`);
