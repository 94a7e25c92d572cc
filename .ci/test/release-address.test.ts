// One address is in every manifest, every link that leaves a package, and the way to report a vulnerability.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { outdatedFiles, readAddress } from "../release/address.mjs";

const README = `# Core

[Tautan](../../README.md), [methods](../../docs/api.md#methods), [the tests](../../docs), [a list](./UNVERIFIED.md), [below](#below),
[zod](https://zod.dev) and [mail](mailto:ada@shop.test).

\`\`\`md
[code](../../README.md)
\`\`\`
`;

const FILES = {
  "package.json": { name: "workspace", private: true, license: "MIT" },
  "packages/core/package.json": { name: "@tautan/core", license: "MIT", type: "module" },
  "packages/core/README.md": README,
  "packages/core/UNVERIFIED.md": "See [core](./README.md).\n",
  "packages/core/src/kit/README.md": "[Up](../../../../README.md), [beside](../../README.md)\n",
  "packages/private/package.json": { name: "@tautan/attic", private: true },
  "README.md": "# Tautan\n",
  "docs/api.md": "# API\n",
  "SECURITY.md": "# Security\n\n<!-- generated: report -->\nNobody.\n<!-- end -->\n\nThanks.\n",
  ".ci/release/address.json": { repository: "", securityEmail: "" },
};

const repository = () => {
  const root = mkdtempSync(join(tmpdir(), "tautan-address-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, content: string | object): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`);
  };
  const read = (path: string): string => readFileSync(join(root, path), "utf8");
  for (const [path, content] of Object.entries(FILES)) write(path, content);
  /** Sets the address, and writes what follows from it. */
  const move = (address: object): void => {
    write(".ci/release/address.json", address);
    for (const [path, text] of outdatedFiles(root)) write(path, text);
  };
  return { root, write, read, move };
};

const AT = "https://github.com/ada/tautan";

test("without an address, manifests and links are as they are, and a report has a way", () => {
  const { root, read, move } = repository();
  expect(outdatedFiles(root).map(([path]) => path)).toEqual(["SECURITY.md"]);
  move({ repository: "", securityEmail: "" });
  expect(outdatedFiles(root)).toEqual([]);
  expect(read("packages/core/README.md")).toBe(README);
  expect(read("SECURITY.md")).toContain("Report privately to whoever gave you this copy");
});

test("everything follows from an address", () => {
  const { root, read, move } = repository();
  move({ repository: AT, securityEmail: "security@shop.test" });
  expect(outdatedFiles(root)).toEqual([]);
  expect(read("packages/core/package.json")).toBe(
    `${JSON.stringify(
      {
        name: "@tautan/core",
        license: "MIT",
        repository: { type: "git", url: `git+${AT}.git`, directory: "packages/core" },
        homepage: `${AT}/tree/main/packages/core#readme`,
        bugs: `${AT}/issues`,
        type: "module",
      },
      null,
      2,
    )}\n`,
  );
  expect(read("packages/core/README.md")).toBe(
    README.replace("[Tautan](../../README.md)", `[Tautan](${AT}/blob/main/README.md)`)
      .replace("(../../docs/api.md#methods)", `(${AT}/blob/main/docs/api.md#methods)`)
      .replace("(../../docs)", `(${AT}/tree/main/docs)`),
  );
  expect(read("packages/core/src/kit/README.md")).toBe(`[Up](${AT}/blob/main/README.md), [beside](../../README.md)\n`);
  expect(read("SECURITY.md")).toContain(`[the private form](${AT}/security/advisories/new) of the repository`);
  expect(read("SECURITY.md")).toContain("an e-mail to <security@shop.test>");
  expect(JSON.parse(read("packages/private/package.json"))).toEqual(FILES["packages/private/package.json"]);
});

test("another address, or none, replaces it everywhere", () => {
  const { root, read, move } = repository();
  move({ repository: "", securityEmail: "" });
  const before = Object.keys(FILES).map(read);
  move({ repository: AT, securityEmail: "" });
  move({ repository: "https://github.com/grace/links", securityEmail: "" });
  expect(Object.keys(FILES).map(read).join("\n")).not.toContain("ada/tautan");
  expect(read("packages/core/README.md")).toContain("(https://github.com/grace/links/blob/main/docs/api.md#methods)");
  move({ repository: "", securityEmail: "" });
  expect(Object.keys(FILES).map(read)).toEqual(before);
  expect(outdatedFiles(root)).toEqual([]);
});

test.each<[string, object, string]>([
  ["without https", { repository: "github.com/ada/tautan" }, 'expected "https://github.com/owner/name"'],
  ["with .git", { repository: `${AT}.git` }, 'expected "https://github.com/owner/name"'],
  ["of a page", { repository: `${AT}/tree/main` }, 'expected "https://github.com/owner/name"'],
  ["under another name", { url: AT }, "unknown: url"],
  ["with a name in place of an e-mail address", { securityEmail: "Ada" }, "securityEmail: expected an e-mail address"],
])("an address is refused %s", (_, address, problem) => {
  const { root, write } = repository();
  write(".ci/release/address.json", address);
  expect(() => readAddress(root)).toThrow(problem);
});

test("a link to nowhere is refused before it is published", () => {
  const { root, write } = repository();
  write(".ci/release/address.json", { repository: AT });
  write("packages/core/README.md", "[gone](../../docs/gone.md)\n");
  expect(() => outdatedFiles(root)).toThrow("packages/core/README.md: its link to ../../docs/gone.md leads nowhere");
});
