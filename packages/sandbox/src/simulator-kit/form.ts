// Form bodies whose names are paths: line_items[0][price_data][currency]=idr.
import { isJsonObject, type JsonObject } from "../http/input-reader.ts";

/** A text, or what has further names inside. */
type Node = string | Map<string, Node>;

// As of JSON: deeper values would exhaust the stack.
const MAX_DEPTH = 64;

/**
 * The fields in a form body; `undefined` if a name is malformed, nested too deeply, or has both a text and fields.
 * Names are `a`, `a[b]`, `a[0]`, and `a[]` for one more of a list; of the same name, the last one counts. All values are
 * texts. Fields with the names 0, 1, 2 and so on are a list, other fields an object.
 */
export const parseForm = (body: string): JsonObject | undefined => {
  const root = new Map<string, Node>();
  for (const [name, value] of new URLSearchParams(body)) {
    const path = pathOf(name);
    if (path === undefined || !enter(root, path, value)) return undefined;
  }
  return objectOf(root);
};

/** The body with these fields, for whoever calls such an API. Empty lists and objects have no form. */
export const encodeForm = (fields: JsonObject): string =>
  new URLSearchParams(Object.entries(fields).flatMap(([name, value]) => pairsOf(name, value))).toString();

/** The names in `a[b][]`; the empty one is that of `[]`. */
const pathOf = (name: string): readonly string[] | undefined => {
  const [, first, rest = ""] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name) ?? [];
  if (first === undefined) return undefined;
  const path = [first, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map(([, inner = ""]) => inner)];
  return path.length <= MAX_DEPTH ? path : undefined;
};

/** Whether there is a place for the text. */
const enter = (fields: Map<string, Node>, [first = "", ...others]: readonly string[], text: string): boolean => {
  const name = first === "" ? String(fields.size) : first;
  const known = fields.get(name);
  if (first === "" && known !== undefined) return false;
  if (others.length === 0) {
    fields.set(name, text);
    return typeof known !== "object";
  }
  const inner = known ?? new Map<string, Node>();
  fields.set(name, inner);
  return typeof inner === "object" && enter(inner, others, text);
};

const valueOf = (node: Node): unknown => {
  if (typeof node === "string") return node;
  const isList = [...node.keys()].every((_, index) => node.has(String(index)));
  return isList ? Array.from(node, (_, index) => valueOf(node.get(String(index)) ?? "")) : objectOf(node);
};

// Unlike an assignment, this makes __proto__ a name like any other.
const objectOf = (fields: Map<string, Node>): JsonObject =>
  Object.fromEntries([...fields].map(([name, node]) => [name, valueOf(node)]));

const pairsOf = (name: string, value: unknown): [string, string][] => {
  if (Array.isArray(value)) return value.flatMap((item, index) => pairsOf(`${name}[${index}]`, item));
  if (isJsonObject(value)) return Object.entries(value).flatMap(([inner, item]) => pairsOf(`${name}[${inner}]`, item));
  const isText = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return [[name, isText ? String(value) : ""]];
};
