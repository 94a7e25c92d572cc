// The one public address of the project, and everything that follows from it: `repository`, `bugs` and `homepage` of every package, the
// links in their READMEs that lead out of the package, and the way to report a vulnerability. While it is empty, the fields are absent and
// the links lead to files of this repository. Usage, after a change of address.json: node .ci/release/address.mjs [--check]
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { pathToFileURL } from "node:url";
import { publishedPackages, ROOT, readJson } from "./packages.mjs";

const BRANCH = "main";
const FORM = /^https:\/\/github\.com\/[\w-]+\/[\w.-]+(?<!\.git)$/;
const FIELDS = new Set(["repository", "homepage", "bugs"]);

/** @throws an Error if address.json is not of the form that npm needs for provenance */
export const readAddress = (root = ROOT) => {
  const address = readJson(root, ".ci/release/address.json");
  const unknown = Object.keys(address).filter((key) => !["repository", "securityEmail"].includes(key));
  const { repository = "", securityEmail = "" } = address;
  if (unknown.length > 0) throw new Error(`address.json: unknown: ${unknown.join(", ")}`);
  if (repository !== "" && !FORM.test(repository)) {
    throw new Error(
      `address.json: repository: expected "https://github.com/owner/name", got ${JSON.stringify(repository)}`,
    );
  }
  if (securityEmail !== "" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(securityEmail)) {
    throw new Error(`address.json: securityEmail: expected an e-mail address, got ${JSON.stringify(securityEmail)}`);
  }
  return { repository, securityEmail };
};

const fieldsOf = ({ repository }, folder) =>
  repository === ""
    ? {}
    : {
        repository: { type: "git", url: `git+${repository}.git`, ...(folder && { directory: folder }) },
        homepage: folder ? `${repository}/tree/${BRANCH}/${folder}#readme` : `${repository}#readme`,
        bugs: `${repository}/issues`,
      };

/** The manifest with the fields of the address after its licence. */
const manifestAt = (address, folder, text) => {
  const entries = Object.entries(JSON.parse(text)).filter(([field]) => !FIELDS.has(field));
  const after = entries.findIndex(([field]) => field === "license") + 1;
  entries.splice(after, 0, ...Object.entries(fieldsOf(address, folder)));
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
};

const LINK = /(\]\()([^)\s]+)(\))/g;
const outsideCode = (text, change) =>
  text
    .split(/(^```.*?^```$)/ms)
    .map((part) => (part.startsWith("```") ? part : change(part)))
    .join("");

/** The address that the package's links have now: that of its manifest. */
const presentAddress = (manifest) => /^git\+(.+)\.git$/.exec(manifest.repository?.url ?? "")?.[1] ?? "";

const relativeLink = (from, target) => {
  const path = posix.relative(posix.dirname(from), target);
  return path.startsWith(".") ? path : `./${path}`;
};

/** A page with links in this repository, whatever address they had. */
const withRelativeLinks = (page, text, present) =>
  present === ""
    ? text
    : outsideCode(text, (part) =>
        part.replace(LINK, (link, open, target, close) => {
          const [, path, fragment = ""] = target.startsWith(`${present}/`)
            ? (/^\/(?:blob|tree)\/[^/]+\/([^#]+)(#.*)?$/.exec(target.slice(present.length)) ?? [])
            : [];
          return path === undefined ? link : `${open}${relativeLink(page, path)}${fragment}${close}`;
        }),
      );

const isRelative = (target) => !/^([a-z][a-z+.-]*:|\/|#)/i.test(target);

const withPublicLinks = (root, folder, page, text, { repository }) =>
  repository === ""
    ? text
    : outsideCode(text, (part) =>
        part.replace(LINK, (link, open, target, close) => {
          if (!isRelative(target)) return link;
          const [, path, fragment] = /^([^#]*)(#.*)?$/.exec(target);
          const absolute = posix.join(posix.dirname(page), path);
          if (absolute.startsWith(`${folder}/`)) return link;
          if (!existsSync(join(root, absolute))) throw new Error(`${page}: its link to ${target} leads nowhere`);
          const kind = statSync(join(root, absolute)).isDirectory() ? "tree" : "blob";
          return `${open}${repository}/${kind}/${BRANCH}/${absolute}${fragment ?? ""}${close}`;
        }),
      );

const COMMITS = "`git shortlog -sne`";

/** How to report a vulnerability, for each of the ways that exist. */
const reportAt = ({ repository, securityEmail }) => {
  const ways = [
    ...(repository === "" ? [] : [`[the private form](${repository}/security/advisories/new) of the repository`]),
    ...(securityEmail === "" ? [] : [`an e-mail to <${securityEmail}>`]),
  ];
  if (ways.length > 0) return `Report privately, through ${ways.join(" or ")}.`;
  return [
    "The project has no public address yet. Report privately to whoever gave you this copy, in the way in which you received it, and ask for",
    `the report to be passed on to the maintainers. They are the authors of the commits: ${COMMITS} lists them with their addresses.`,
  ].join("\n");
};

const MARK = /(<!-- generated: report -->\n).*?(\n<!-- end -->)/s;

/** @returns the texts of all files that follow from the address, by path */
export const filesAt = (address, root = ROOT) => {
  const read = (path) => readFileSync(join(root, path), "utf8");
  const ofPackage = ({ folder, manifest }) => {
    const pages = globSync(["*.md", "src/**/*.md"], {
      cwd: join(root, folder),
      exclude: (name) => name === "CHANGELOG.md",
    });
    const pageAt = (page) => {
      const relativeText = withRelativeLinks(page, read(page), presentAddress(manifest));
      return [page, withPublicLinks(root, folder, page, relativeText, address)];
    };
    return [
      [`${folder}/package.json`, manifestAt(address, folder, read(`${folder}/package.json`))],
      ...pages.sort().map((page) => pageAt(posix.join(folder, page))),
    ];
  };
  const security = read("SECURITY.md");
  if (!MARK.test(security))
    throw new Error("SECURITY.md: the marks <!-- generated: report --> and <!-- end --> are missing");
  return new Map([
    ["package.json", manifestAt(address, "", read("package.json"))],
    ["SECURITY.md", security.replace(MARK, (_, start, end) => `${start}${reportAt(address)}${end}`)],
    ...publishedPackages(root).flatMap(ofPackage),
  ]);
};

/** The files that do not follow from the address, as `[path, text]` with the text that they should have. */
export const outdatedFiles = (root = ROOT) =>
  [...filesAt(readAddress(root), root)].filter(([path, text]) => readFileSync(join(root, path), "utf8") !== text);

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const outdated = outdatedFiles();
  const isCheck = process.argv.includes("--check");
  for (const [path, text] of outdated) {
    if (isCheck) console.error(`${path} does not follow from .ci/release/address.json. Run: npm run address`);
    else writeFileSync(join(ROOT, path), text);
  }
  const { repository } = readAddress();
  console.log(`${repository || "no public address"}: ${outdated.length} files ${isCheck ? "to write" : "written"}`);
  if (isCheck && outdated.length > 0) process.exitCode = 1;
}
