import { SPELLINGS } from "@tautan/conformance";
import { describe, expect, test } from "vitest";
import { createRedactor, type SensitiveSource, sensitiveTexts, shownCode } from "../src/http.ts";

const SECRETS = ["SB-Mid-server-Kanari_77", "p@ss w/rd%41", "kanari-client-0815"];

const REQUEST = {
  title: "Konser Kanari Besar",
  items: [{ id: "SKU-K4N", name: "Tiket Kanari, baris <2>" }],
  customer: { name: "Sari Wulandari", email: "s.wulan+toko@surel.example", phone: "+62 811-2233-4455" },
  redirect: { url: "https://toko.example/terima/kasih?nota=K4N4R1-88&nama=Wulan%20D#akhir" },
  metadata: { catatan: "untuk tante Mirna" },
  providerOptions: { deep: [{ brand: "Merek Kanari" }], customer: { lastName: "Kusumaningrum" }, secure: true },
} satisfies SensitiveSource;

const PERSONAL = [
  REQUEST.title,
  "SKU-K4N",
  "Tiket Kanari, baris <2>",
  REQUEST.customer.name,
  "Sari",
  "Wulandari",
  "SARI",
  REQUEST.customer.email,
  REQUEST.redirect.url,
  "nota=K4N4R1-88",
  "K4N4R1-88",
  "untuk tante Mirna",
  "Merek Kanari",
  "Kusumaningrum",
];

// As for the answer to one request: what it reads in all is bounded.
const redact = (text: string): string => createRedactor(SECRETS)([REQUEST])(text);

/** A text around which another is left as it is, so that the test sees no more and no less hidden. */
const around = (word: string): string => `The value (${word}) is not valid`;

describe("every text of a request, and every secret, in every spelling", () => {
  test.each(Object.entries(SPELLINGS))("%s", (_, spell) => {
    for (const word of [...PERSONAL, ...SECRETS]) {
      const shown = redact(around(spell(word)));
      expect(shown, word).toContain("[redacted]");
      expect(shown.replace(/[^[]*\[redacted\][^ ]*/, "")).toBe(" is not valid");
      expect(shown.startsWith("The value ("), `${word}: ${shown}`).toBe(true);
    }
  });

  test("at least 28 of them", () => expect(Object.keys(SPELLINGS).length).toBeGreaterThanOrEqual(28));
});

test.each([[0], [1], [2]])("base64 in another case, behind %i bytes", (bytesBefore) => {
  for (const word of [...PERSONAL, ...SECRETS].filter((each) => each.length > 5)) {
    const digits = btoa(`${"x".repeat(bytesBefore)}${word}`);
    for (const spelt of [digits.toLowerCase(), digits.toUpperCase()]) {
      const shown = redact(around(spelt));
      expect(shown, word).toContain("[redacted]");
      // Left are digits of what stands beside it, such as the name of a value in a query.
      expect(shown.length, shown).toBeLessThan(around("[redacted]").length + 14);
    }
  }
});

describe("telephone numbers, however they are written", () => {
  test.each([
    "+6281122334455",
    "081122334455",
    "0811-2233-4455",
    "62 811 2233 4455",
    "(0811) 2233.4455",
    "0811%2D2233%2D4455",
    "+62&#8209;811&#8209;2233&#8209;4455",
    "２２３３４４５５",
    "22334455",
    "MDgxMTIyMzM0NDU1",
  ])("%s", (phone) => {
    const shown = redact(around(phone));
    expect(shown).toContain("[redacted]");
    expect(shown.normalize("NFKC").replace(/\D/g, "").length).toBeLessThan(5);
  });

  test("a short one of another country", () => {
    const short = createRedactor([])([{ customer: { phone: "+5 12-34-56" } }]);
    expect(short("call 5 123456 now")).toBe("call [redacted] now");
  });
});

describe("what is cut or runs into others", () => {
  test("a text that the provider cut", () => {
    expect(redact("Konser Kanari Be… is too long")).toBe("[redacted]… is too long");
  });

  test("a name without its space, and the other way around", () => {
    expect(redact("SariWulandari / wulandari, sari")).toBe("[redacted] / [redacted], [redacted]");
  });

  test("no half of it is left at the end of what was read", () => {
    for (let offset = 0; offset < 40; offset += 1) {
      const filler = `&#${"0".repeat(4096 - 30 + offset)}32;`;
      // Without a space, so that it is cut in the middle of a word.
      const cut = `short;${filler}Sari&#32;Wulandari&#32;s.wulan+toko@surel.example${"x".repeat(400)}`;
      expect(redact(cut), String(offset)).not.toMatch(/sari|wul/i);
    }
  });

  test("short names are no part of other words", () => {
    const short = createRedactor([])([{ customer: { name: "Ani Li" } }]);
    expect(short("animation of a client by ANI, li.")).toBe("animation of a client by [redacted], [redacted].");
  });

  test("names of scripts without spaces are found in the middle of a line", () => {
    const japanese = createRedactor([])([{ customer: { name: "山田" } }]);
    expect(japanese("お客様山田様")).toBe("お客様[redacted]様");
  });

  test("accents and entities of letters", () => {
    const accented = createRedactor([])([{ customer: { name: "José Muñoz" } }]);
    for (const name of ["Jose Munoz", "JOSÉ MUÑOZ", "Jos&eacute; Mu&ntilde;oz", "Jos%C3%A9+Mu%C3%B1oz"]) {
      expect(accented(around(name))).toBe("The value ([redacted]) is not valid");
    }
  });
});

describe("what may be shown", () => {
  test("nothing where the request is not known", () => {
    expect(createRedactor(SECRETS)(undefined)("order_id has been taken")).toBe("");
  });

  test("what names nobody where it is", () => {
    const text = "The Order ID 'inv-2026-0042' has been taken, amount 150000, code 409";
    expect(redact(text)).toBe(text);
    expect(createRedactor(SECRETS)([])(text)).toBe(text);
  });

  test("escapes are read, so that a reader can", () => {
    expect(redact("gross_amount%20must+be &gt;= 1\\u0030\\n")).toBe("gross_amount must+be >= 10");
  });

  test("nothing of what lies in escapes deeper than anything honest", () => {
    let text = "sari";
    for (let round = 0; round < 9; round += 1)
      text = encodeURIComponent(text.replace(/^./, (each) => `%${each.charCodeAt(0).toString(16)}`));
    expect(redact(text)).toBe("");
  });

  test.each([
    ["005", "005"],
    ["TXN0002", "TXN0002"],
    ["OTHER_CODE", "OTHER_CODE"],
    ["SKU-K4N", undefined],
    ["wulandari", undefined],
    ["two words", undefined],
    [undefined, undefined],
  ])("of a code: %s", (code, shown) => expect(shownCode(code, /^\d{3}$|^TXN\d{4}$/, redact)).toBe(shown));

  test("of a code where the request is not known: one of the documented form alone", () => {
    const blind = createRedactor([])(undefined);
    expect(shownCode("005", /^\d{3}$/, blind)).toBe("005");
    expect(shownCode("OTHER_CODE", /^\d{3}$/, blind)).toBeUndefined();
  });
});

test("more secrets are those of one request, such as its token", () => {
  const withToken = createRedactor(SECRETS)([], ["tok-K4N4R1-xyz"]);
  expect(withToken("token TOK-k4n4r1-XYZ of kanari-client-0815")).toBe("token [redacted] of [redacted]");
});

test("nothing is read of a request whose answer is a success", () => {
  const source = {
    get title(): string {
      throw new Error("was read");
    },
  };
  const lazy = createRedactor(SECRETS)([source]);
  expect(() => lazy("x")).toThrow("was read");
});

test("options that hold themselves end", () => {
  const options: Record<string, unknown> = { name: "Sari" };
  options["self"] = options;
  expect(sensitiveTexts([{ providerOptions: options }]).map(({ text }) => text)).toContain("Sari");
});

test("an answer of thousands of texts costs no more than one of a few hundred: the rest is not read", () => {
  const answer = createRedactor(SECRETS)([REQUEST]);
  const shown = Array.from({ length: 20_000 }, () => answer("the field is wrong")).filter((each) => each !== "");
  expect(shown.length).toBeGreaterThan(100);
  expect(shown.length).toBeLessThan(300);
  const long = createRedactor(SECRETS)([REQUEST]);
  const shownOfLong = Array.from({ length: 250 }, () => long("Ab3d".repeat(1024))).filter((each) => each !== "");
  expect(shownOfLong.length).toBeLessThan(5);
});
