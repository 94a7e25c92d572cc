// The entry points of packages: what their manifests name in dist. They are listed nowhere else.

const nameOf = (target) => /^\.\/dist\/(.+)\.js$/.exec(target ?? "")?.[1];
const targetsIn = (value) => (typeof value === "object" ? Object.values(value ?? {}).flatMap(targetsIn) : [value]);

/** The entry points of a manifest, as the name of each output without its extension. */
export const entryNamesOf = ({ exports, imports, bin }) => [
  ...new Set(targetsIn([exports, imports, bin]).flatMap((target) => nameOf(target) ?? [])),
];

/** The sources whose exports an output has: of each subpath that leads to it, and for any other the file of its name. */
export const sourcesOf = ({ exports = {} }, name) => {
  const sources = Object.values(exports)
    .filter((each) => nameOf(each.default) === name)
    .flatMap((each) => each["@tautan/source"] ?? []);
  return sources.length > 0 ? sources : [`./src/${name}.ts`];
};
