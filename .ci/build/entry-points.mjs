// The entry points of packages: what their manifests name in dist. They are listed nowhere else.

const targetsIn = (value) => (typeof value === "object" ? Object.values(value ?? {}).flatMap(targetsIn) : [value]);

/** The entry points of a manifest, as the name of each output without its extension. */
export const entryNamesOf = ({ exports, imports, bin }) => [
  ...new Set(
    targetsIn([exports, imports, bin]).flatMap((target) => /^\.\/dist\/(.+)\.js$/.exec(target ?? "")?.[1] ?? []),
  ),
];
