// The statements that the ledger sends for a delivery, with values that another client can fill in: the floor is the same statements
// without the ledger's own work between them.
import { postgres } from "../../packages/ledger/dist/index.js";
import { deliver, linkName, openLedger, paymentName, referenceName, webhookOf } from "./shop.mjs";

/** The link whose payment the recording settles. */
export const SAMPLE = 7_341;
const SAMPLE_VERSION = 917_351;
const SAMPLE_PAYMENT = "payment-sample";

/** A ledger, and the statements that it has sent. */
export const recordingLedger = (pool) => {
  const recorded = [];
  const recording = {
    connect: async () => {
      const client = await pool.connect();
      return {
        query: (query, ...rest) => {
          recorded.push(typeof query === "string" ? { text: query } : query);
          return client.query(query, ...rest);
        },
        release: () => client.release(),
      };
    },
    end: async () => {},
  };
  return { ledger: openLedger(postgres(recording)), recorded };
};

/** Records the statements of two deliveries: a new payment, and the settlement of an earlier one. */
export const recordStatements = async (pool) => {
  const { rows } = await pool.query("UPDATE tautan_links SET version = $1 WHERE reference = $2 RETURNING ref", [
    SAMPLE_VERSION,
    referenceName(SAMPLE),
  ]);
  const ref = Number(rows[0].ref);
  const { ledger, recorded } = recordingLedger(pool);
  const record = async (state, payment, version) => {
    const webhook = webhookOf(state, SAMPLE, payment);
    const before = recorded.length;
    await deliver(ledger, [webhook], { atOnce: 1 });
    const digest = await sha256(webhook.body);
    return recorded.slice(before).map(({ name, text, values }) => ({
      name,
      text,
      values: values.map((value) => templateOf(value, { ref, version, digest, payment })),
    }));
  };
  // The first call also makes the tables known.
  await deliver(ledger, [webhookOf("paid", SAMPLE + 1, SAMPLE_PAYMENT)], { atOnce: 1 });
  return {
    paid: await record("paid", `${SAMPLE_PAYMENT}-2`, SAMPLE_VERSION),
    settled: await record("settled", paymentName(SAMPLE), SAMPLE_VERSION + 1),
  };
};

const sha256 = async (text) =>
  Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toString("hex");

/** A value as constant text and the names of what differs from delivery to delivery. */
const templateOf = (value, { ref, version, digest, payment }) => {
  if (value === ref) return { from: "link_ref" };
  if (value === version) return { from: "link_version" };
  if (typeof value !== "string") return { value };
  const names = {
    [digest]: "digest",
    [linkName(SAMPLE)]: "link",
    [referenceName(SAMPLE)]: "reference",
    [payment]: "payment",
  };
  const parts = value.split(new RegExp(`(${Object.keys(names).join("|")})`));
  return { parts: parts.map((part) => (part in names ? { name: names[part] } : part)).filter((part) => part !== "") };
};

/** Runs the statements of one delivery with a client of pg. */
export const runWithClient = async (client, statements, names) => {
  let found = {};
  for (const { name, text, values } of statements) {
    const { rows } = await client.query({
      name,
      text,
      values: values.map((each) =>
        each.from
          ? found[each.from]
          : each.parts
            ? each.parts.map((part) => names[part.name] ?? part).join("")
            : each.value,
      ),
    });
    if (rows[0]?.link_ref !== undefined) [found] = rows;
  }
};

/** The names of a delivery about the link with a number. */
export const namesOf = (state, number, serial) => ({
  link: linkName(number),
  reference: referenceName(number),
  payment: state === "paid" ? `payment-${serial}` : paymentName(number),
  digest: `floor-${serial}`,
});

const SQL_NAMES = {
  link: "'seed-link-' || cast(:i as text)",
  reference: "'seed-reference-' || cast(:i as text)",
  digest: "'floor-' || cast(:k as text)",
  paid: "'payment-' || cast(:k as text)",
  settled: "'seed-payment-' || cast(:i as text)",
};

// pgbench takes a colon for the start of a variable, in texts too.
const quoted = (text) => `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll(":", "\\x3a")}'`;

const sqlOf = (template, state) => {
  if (template.from) return `cast(:${template.from} as bigint)`;
  if (template.parts) {
    const parts = template.parts.map((part) =>
      typeof part === "string" ? quoted(part) : SQL_NAMES[part.name === "payment" ? state : part.name],
    );
    return parts.length === 0 ? "''" : `(${parts.join(" || ")})`;
  }
  if (template.value instanceof Uint8Array) return `decode('${Buffer.from(template.value).toString("hex")}', 'hex')`;
  return template.value === null ? "null" : String(template.value);
};

/** The statements of one kind of delivery as a script of pgbench. */
export const pgbenchScript = (statements, state, count) =>
  [
    `\\set i random(1, ${count})`,
    "\\set k random(1, 9000000000000)",
    ...statements.map(({ text, values }) => {
      const sql = text.replaceAll(/\$(\d+)/g, (_, index) => sqlOf(values[Number(index) - 1], state));
      return /as "link_version"/.test(text) ? `${sql} \\gset` : `${sql};`;
    }),
    "",
  ].join("\n");
