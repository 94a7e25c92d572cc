// The source of readers from zod schemas. Each node of a schema becomes an expression or a function; what the generator does not know is an
// error with advice, so that no reader differs from its schema without a message.

/** The kit's readers of single values, by the schema that they stand for. */
const PRIMITIVES = { string: "readAnyText", boolean: "readBoolean" };

const quoted = (value) => JSON.stringify(value);
const capital = (name) => name.slice(0, 1).toUpperCase() + name.slice(1);
const nameOf = (words) =>
  `read${words
    .split(/[^A-Za-z0-9]+/)
    .map(capital)
    .join("")}`;

const definitionOf = (schema) => schema._zod.def;
const checksOf = (schema) => (definitionOf(schema).checks ?? []).map((each) => each._zod.def);

/** Writes readers, one schema after the other. */
class Writer {
  /** The texts of functions by name, in the order in which they can be defined. */
  functions = new Map();
  /** The names of functions by text, so that equal schemas share one. */
  #names = new Map();
  #bySchema = new Map();
  /** The names of exported schemas. */
  #exported;
  #reserved;
  imports = { kit: new Set(), own: new Set() };

  constructor({ path, schemas, kit, own }) {
    this.path = path;
    this.kitNames = new Map(kit.map(([name, each]) => [each, name]));
    this.ownNames = new Map(own.map(([name, each]) => [each, name]));
    this.imported = new Set([...this.kitNames.values(), ...this.ownNames.values()]);
    this.#exported = new Map(schemas.map(([name, schema]) => [schema, name]));
    this.#reserved = new Set(schemas.map(([name]) => nameOf(name)));
  }

  fail(place, got, advice) {
    throw new Error(`${this.path}, at ${place.join(".")}: cannot generate a reader for ${got}. ${advice}`);
  }

  kit(name) {
    this.imports.kit.add(name);
    return name;
  }

  /** The name of a plain function, by which generated code calls it. */
  nameOfFunction(value, place) {
    if (value === Boolean || value === Number || value === String) return value.name;
    const own = this.ownNames.get(value);
    if (own !== undefined) {
      this.imports.own.add(own);
      return own;
    }
    const kit = this.kitNames.get(value);
    if (kit !== undefined) return this.kit(kit);
    return this.fail(
      place,
      `the function ${value.name || "without a name"}`,
      "Export it from wire-values.ts beside the schemas, or use one of @tautan/driver-kit/http: generated code can only call functions that it can import.",
    );
  }

  /** Defines a function with this text, or returns the name of an equal one. */
  define(place, textOf) {
    const text = textOf();
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const isTaken = (each) =>
      this.functions.has(each) || this.imported.has(each) || (this.#reserved.has(each) && each !== nameOf(place[0]));
    let name = nameOf(place.at(-1));
    for (let depth = 2; isTaken(name) && depth <= place.length; depth += 1) {
      name = nameOf(place.slice(-depth).join(" "));
    }
    for (let copy = 2; isTaken(name); copy += 1) name = `${nameOf(place.at(-1))}${copy}`;
    this.functions.set(name, text);
    this.#names.set(text, name);
    return name;
  }

  /** The name of a function that reads a schema's values. */
  reader(schema, place) {
    const known = this.#bySchema.get(schema);
    if (known !== undefined) return known;
    const exported = this.#exported.get(schema);
    const name = this.#newReader(schema, exported === undefined ? place : [exported]);
    this.#bySchema.set(schema, name);
    return name;
  }

  #newReader(schema, place) {
    this.#expectChecks(schema, place);
    const { type } = definitionOf(schema);
    const checks = checksOf(schema);
    const plain = checks.length === 0 ? this.plainFunction(schema, place) : undefined;
    if (plain !== undefined) return plain;
    if (checks.length === 0 && type === "record" && definitionOf(definitionOf(schema).valueType).type === "unknown") {
      return this.read(schema, "", place).replace("()", "");
    }
    if (checks.length === 0 && PRIMITIVES[type] !== undefined) return this.kit(PRIMITIVES[type]);
    if (type === "string") {
      const [only] = checks;
      if (checks.length === 1 && only.check === "min_length" && only.minimum === 1) return this.kit("readText");
    }
    if (type === "number" && definitionOf(schema).format === "safeint" && checks.length === 0) {
      return this.kit("readInteger");
    }
    return this.define(this.#placeOf(schema, place), () => this.body(schema, place));
  }

  /** A number is called what it is, because fields with other names share its function. */
  #placeOf(schema, place) {
    if (definitionOf(schema).type !== "number") return place;
    const kind = definitionOf(schema).format === "safeint" ? "integer" : "number";
    const bounds = checksOf(schema).map(({ check, value, inclusive, fn }) => {
      if (fn !== undefined) return this.nameOfFunction(fn, place);
      return `${check === "greater_than" ? (inclusive ? "from" : "above") : inclusive ? "to" : "below"} ${value}`;
    });
    return [...place, [kind, ...bounds].join(" ")];
  }

  /** The function of a schema that the kit's `plain` made. */
  plainFunction(schema, place) {
    const { type, out } = definitionOf(schema);
    const read = type === "pipe" ? definitionOf(out).transform?.read : undefined;
    return read === undefined ? undefined : this.nameOfFunction(read, place);
  }

  /** Whether a schema accepts every value, so that its reader never refuses. */
  isTotal(schema) {
    const definition = definitionOf(schema);
    if (checksOf(schema).length > 0) return false;
    switch (definition.type) {
      case "unknown":
      case "catch":
        return true;
      case "optional":
      case "nullable":
        return this.isTotal(definition.innerType);
      case "transform":
        return definition.transform.read === undefined;
      case "pipe":
        return this.isTotal(definition.in) && this.isTotal(definition.out);
      default:
        return false;
    }
  }

  /** An expression that reads a value. The value is an expression too, which must occur once in the result, or be a variable. */
  read(schema, value, place) {
    const definition = definitionOf(schema);
    const isSimple = checksOf(schema).length === 0;
    if (definition.type === "unknown" && isSimple) return value;
    if (definition.type === "optional" && isSimple && this.isTotal(schema))
      return this.read(definition.innerType, value, place);
    if (definition.type === "catch" && isSimple) return this.#readCaught(schema, value, place);
    if (
      definition.type === "pipe" &&
      isSimple &&
      this.isTotal(schema) &&
      this.plainFunction(schema, place) === undefined
    ) {
      const inner = this.read(definition.in, value, place);
      return this.#transformed(definition.out, inner, place);
    }
    const maybe = isSimple ? this.#insideOfMaybe(schema) : undefined;
    if (maybe !== undefined) return `${this.kit("unlessAbsent")}(${value}, ${this.reader(maybe, place)})`;
    if (definition.type === "array" && isSimple) {
      const item = [...place.slice(0, -1), `${place.at(-1)} item`];
      return `${this.kit("readList")}(${value}, ${this.reader(definition.element, item)})`;
    }
    if (definition.type === "record" && isSimple) return this.#readRecord(definition, value, place);
    return `${this.reader(schema, place)}(${value})`;
  }

  #readRecord({ keyType, valueType }, value, place) {
    if (definitionOf(keyType).type !== "string" || checksOf(keyType).length > 0) {
      this.fail(place, "a record with other keys than any text", "Use z.record(z.string(), …).");
    }
    if (definitionOf(valueType).type === "unknown") return `${this.kit("readObject")}(${value})`;
    return `${this.kit("readRecord")}(${value}, ${this.reader(valueType, [...place.slice(0, -1), `${place.at(-1)} item`])})`;
  }

  #transformed(schema, value, place) {
    const { type, transform } = definitionOf(schema);
    if (type !== "transform") return this.read(schema, value, place);
    const name = this.nameOfFunction(transform, place);
    return name === "absentAsUndefined" ? `${value} ?? undefined` : `${name}(${value})`;
  }

  /** A field that is `undefined` if it does not fit. */
  #readCaught(schema, value, place) {
    const { innerType, catchValue } = definitionOf(schema);
    if (catchValue({ error: { issues: [] }, input: undefined, issues: [] }) !== undefined) {
      return this.fail(
        place,
        "catch() with another value than undefined",
        "Use lenient() of @tautan/driver-kit/schemas.",
      );
    }
    const lenient = this.#insideOfMaybe(innerType);
    if (lenient === undefined) {
      return `${this.kit("orUndefined")}(${this.read(innerType, value, place)})`;
    }
    const isRefused = (each) => !lenient.safeParse(each).success;
    // Null and absence become undefined in either way.
    if (!isRefused(null) || !isRefused(undefined)) {
      return this.fail(
        place,
        "lenient() of a schema that accepts null or absence",
        "Leave out lenient(), or nullish() inside of it.",
      );
    }
    return `${this.kit("orUndefined")}(${this.read(lenient, value, place)})`;
  }

  /** The schema in `maybe(schema)`, which `lenient(schema)` contains too. */
  #insideOfMaybe(schema) {
    const { type, in: input, out } = definitionOf(schema);
    if (type !== "pipe" || this.kitNames.get(definitionOf(out).transform) !== "absentAsUndefined") return undefined;
    const optional = definitionOf(input);
    if (optional.type !== "optional" || definitionOf(optional.innerType).type !== "nullable") return undefined;
    return definitionOf(optional.innerType).innerType;
  }

  /** The text of a function that reads a schema's values. */
  body(schema, place) {
    const refinements = checksOf(schema).filter(({ check }) => check === "custom");
    if (refinements.length === 0) return this.#bodyOf(schema, place);
    const unchecked = [...place.slice(0, -1), `unchecked ${place.at(-1)}`];
    const inner = this.plainFunction(schema, place) ?? this.define(unchecked, () => this.#bodyOf(schema, place));
    const conditions = refinements.map(({ fn }) => `!${this.nameOfFunction(fn, place)}(read)`);
    return `(value: unknown) => {
      const read = ${inner}(value);
      return read === REFUSED || ${conditions.join(" || ")} ? REFUSED : read;
    }`;
  }

  #bodyOf(schema, place) {
    const definition = definitionOf(schema);
    switch (definition.type) {
      case "object":
        return this.#object(schema, place);
      case "string":
        return this.#string(schema, place);
      case "number":
        return this.#number(schema, place);
      case "array":
        return this.#array(schema, place);
      case "record":
        return `(value: unknown) => ${this.read(schema, "value", place)}`;
      case "union":
        return this.#union(schema, place);
      case "literal":
        return this.#oneOf(definition.values);
      case "enum":
        return this.#oneOf(Object.values(definition.entries));
      case "nullable":
        return `(value: unknown) => (value === null ? null : ${this.read(definition.innerType, "value", place)})`;
      case "optional":
        return `(value: unknown) => (value === undefined ? undefined : ${this.read(definition.innerType, "value", place)})`;
      case "catch":
        return `(value: unknown) => ${this.read(schema, "value", place)}`;
      case "custom":
        return `(value: unknown) => (${this.nameOfFunction(definition.fn, place)}(value) ? value : REFUSED)`;
      case "pipe":
        return this.#pipe(schema, place);
      default:
        return this.fail(
          place,
          `the type ${definition.type}`,
          "Use another schema, or plain() of @tautan/driver-kit/schemas with a function from wire-values.ts.",
        );
    }
  }

  /** The checks that the text of each type contains; any other would be left out without a message. */
  #expectChecks(schema, place) {
    const known = {
      string: ["min_length", "max_length", "string_format", "custom"],
      number: ["greater_than", "less_than", "number_format", "custom"],
      array: ["min_length", "max_length", "custom"],
    }[definitionOf(schema).type] ?? ["custom"];
    for (const check of checksOf(schema)) {
      const isPattern = check.check !== "string_format" || check.format === "regex";
      if (known.includes(check.check) && isPattern) continue;
      this.fail(
        place,
        `the check ${check.check} ${check.format ?? ""}`.trim(),
        "Use plain() of @tautan/driver-kit/schemas with a function from wire-values.ts.",
      );
    }
    const { type, format } = definitionOf(schema);
    if (type === "string" && format !== undefined && checksOf(schema).length === 0) {
      this.fail(place, `the format ${format}`, "Use webAddress or plain() of @tautan/driver-kit/schemas.");
    }
    if (definitionOf(schema).coerce)
      this.fail(place, "coerce", "Use wholeNumber or decimal of @tautan/driver-kit/schemas.");
  }

  #object(schema, place) {
    const { shape, catchall } = definitionOf(schema);
    const isStrict = catchall !== undefined && definitionOf(catchall).type === "never";
    if (catchall !== undefined && !isStrict) {
      this.fail(place, "an object that keeps other keys", "Use z.object, z.strictObject, or z.record.");
    }
    const keys = Object.keys(shape);
    const required = [];
    const refusals = [];
    const properties = [];
    const optional = [];
    const variables = new Set(["value"]);
    for (const key of keys) {
      const field = shape[key];
      const at = [...place, key];
      const variable =
        /^[A-Za-z_]\w*$/.test(key) && !variables.has(key) && !RESERVED.has(key)
          ? key
          : `${key.replace(/\W/g, "_")}Read`;
      variables.add(variable);
      const property = `value[${quoted(key)}]`;
      const inner = field._zod.optout === "optional" ? this.#insideOfOptional(field, at) : undefined;
      const read = this.read(inner ?? field, property, at);
      // Absence is not undefined.
      if (field._zod.optin === undefined && field.safeParse(undefined).success) {
        refusals.push(`!(${quoted(key)} in value)`);
      }
      if (inner !== undefined) {
        required.push(`const ${variable} = ${quoted(key)} in value ? ${read} : undefined;`);
        optional.push({ key, variable });
        if (!this.isTotal(inner)) refusals.push(`${variable} === REFUSED`);
      } else if (this.isTotal(field)) {
        properties.push({ key, text: `${quoted(key)}: ${read}` });
      } else {
        required.push(`const ${variable} = ${read};`);
        refusals.push(`${variable} === REFUSED`);
        properties.push({ key, text: variable === key ? key : `${quoted(key)}: ${variable}` });
      }
    }
    const lines = [`if (!${this.kit("isJsonObject")}(value)) return REFUSED;`];
    if (isStrict) {
      const others = keys.map((key) => `key !== ${quoted(key)}`).join(" && ") || "true";
      lines.push(`for (const key in value) if (${others}) return REFUSED;`);
    }
    lines.push(...required);
    if (refusals.length > 0) lines.push(`if (${refusals.join(" || ")}) return REFUSED;`);
    lines.push(`return { ${this.#inOrder(keys, properties, optional)} };`);
    return `(value: unknown) => {\n${lines.join("\n")}\n}`;
  }

  /** The properties in the order of the schema; those that stay absent are spread. */
  #inOrder(keys, properties, optional) {
    return keys
      .map((key) => {
        const absent = optional.find((each) => each.key === key);
        if (absent === undefined) return properties.find((each) => each.key === key).text;
        const property = absent.variable === key ? key : `${quoted(key)}: ${absent.variable}`;
        return `...(${absent.variable} !== undefined && { ${property} })`;
      })
      .join(", ");
  }

  /** The schema of a field that stays absent in the result. */
  #insideOfOptional(field, place) {
    const { type, innerType } = definitionOf(field);
    // The two types of zod have one name. The other one also accepts undefined.
    if (type === "optional" && !field.safeParse(undefined).success) return innerType;
    return this.fail(
      place,
      "a field that can be absent in the result",
      "Use exactOptional(), or lenient() or maybe() of the kit.",
    );
  }

  #string(schema, place) {
    const conditions = checksOf(schema).flatMap((check) => {
      // The length counts characters, and a character has one or two units.
      if (check.check === "min_length") {
        return check.minimum === 1 ? ['value !== ""'] : [`Array.from(value).length >= ${check.minimum}`];
      }
      if (check.check === "max_length") {
        return [`(value.length <= ${check.maximum} || Array.from(value).length <= ${check.maximum})`];
      }
      if (check.check !== "string_format") return [];
      if (check.pattern.global || check.pattern.sticky) {
        this.fail(place, "a pattern with the flag g or y", "Leave out the flag: such a pattern has a state.");
      }
      return [`${check.pattern}.test(value)`];
    });
    return `(value: unknown) => (${['typeof value === "string"', ...conditions].join(" && ")} ? value : REFUSED)`;
  }

  #number(schema, place) {
    const { format } = definitionOf(schema);
    if (format !== undefined && format !== "safeint")
      this.fail(place, `the format ${format}`, "Use z.int or z.number.");
    const isNumber = format === "safeint" ? "Number.isSafeInteger(value)" : "Number.isFinite(value)";
    const conditions = checksOf(schema).flatMap(({ check, inclusive, value }) => {
      if (check === "greater_than") return [`value ${inclusive ? ">=" : ">"} ${value}`];
      return check === "less_than" ? [`value ${inclusive ? "<=" : "<"} ${value}`] : [];
    });
    const all = ['typeof value === "number"', isNumber, ...conditions];
    return `(value: unknown) => (${all.join(" && ")} ? value : REFUSED)`;
  }

  #array(schema, place) {
    const { element } = definitionOf(schema);
    const item = [...place.slice(0, -1), `${place.at(-1)} item`];
    const read = `${this.kit("readList")}(value, ${this.reader(element, item)})`;
    const conditions = checksOf(schema).flatMap(({ check, minimum, maximum }) => {
      if (check === "min_length") return [`list.length < ${minimum}`];
      return check === "max_length" ? [`list.length > ${maximum}`] : [];
    });
    if (conditions.length === 0) return `(value: unknown) => ${read}`;
    return `(value: unknown) => {
      const list = ${read};
      return list === REFUSED || ${conditions.join(" || ")} ? REFUSED : list;
    }`;
  }

  #union(schema, place) {
    const { options, discriminator } = definitionOf(schema);
    if (discriminator !== undefined) this.fail(place, "a discriminated union", "Use z.union.");
    const readers = options.map((option, at) => this.reader(option, [...place, `option ${at + 1}`]));
    const lines = readers
      .slice(0, -1)
      .map(
        (reader, at) =>
          `const option${at + 1} = ${reader}(value);\nif (option${at + 1} !== REFUSED) return option${at + 1};`,
      );
    return `(value: unknown) => {\n${lines.join("\n")}\nreturn ${readers.at(-1)}(value);\n}`;
  }

  #oneOf(values) {
    const conditions = [...values].map((each) => `value === ${quoted(each)}`);
    const type = [...values].map(quoted).join(" | ");
    return `(value: unknown): ${type} | typeof REFUSED => (${conditions.join(" || ")} ? value : REFUSED)`;
  }

  #pipe(schema, place) {
    const { in: input, out } = definitionOf(schema);
    if (this.#insideOfMaybe(schema) !== undefined) return `(value: unknown) => ${this.read(schema, "value", place)}`;
    if (definitionOf(input).type === "transform") {
      const name = this.nameOfFunction(definitionOf(input).transform, place);
      return `(value: unknown) => ${this.read(out, `${name}(value)`, [...place.slice(0, -1), `fields of ${place.at(-1)}`])}`;
    }
    const inner = this.read(input, "value", [...place.slice(0, -1), `${place.at(-1)} as it came`]);
    if (this.isTotal(input)) return `(value: unknown) => ${this.#transformed(out, inner, place)}`;
    return `(value: unknown) => {
      const read = ${inner};
      return read === REFUSED ? REFUSED : ${this.#transformed(out, "read", place)};
    }`;
  }
}

/** Names that a variable cannot have in a module, or that generated code uses. */
const RESERVED = new Set(
  "await case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield undefined".split(
    " ",
  ),
);

const HEAD = "// Written by `npm run generate` from the schemas in wire.ts: do not edit.";

/** The text of a `wire.generated.ts`. */
export const readerSource = ({ path, schemas, kit, own }) => {
  const writer = new Writer({ path, schemas, kit, own });
  const readers = schemas.map(([name, schema]) => {
    const reader = writer.reader(schema, [name]);
    return `export const ${name}: ReaderOf<typeof Wire.${name}> = {
  read: ${reader},
  schema: async () => (await import("./wire.ts")).${name},
};`;
  });
  const functions = [...writer.functions].map(([name, text]) => `const ${name} = ${text};`);
  const usesRefused = functions.some((each) => each.includes("REFUSED"));
  const kitNames = [...writer.imports.kit, ...(usesRefused ? ["REFUSED"] : []), "type ReaderOf"];
  const ownImport =
    writer.imports.own.size > 0 ? `import { ${[...writer.imports.own].join(", ")} } from "./wire-values.ts";\n` : "";
  return `${HEAD}
import { ${kitNames.join(", ")} } from "@tautan/driver-kit/http";
import type * as Wire from "./wire.ts";
${ownImport}
${functions.join("\n\n")}

${readers.join("\n\n")}
`;
};
