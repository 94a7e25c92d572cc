/** The version of this package. A test compares it with package.json, which would take time to read. */
export const VERSION = "0.0.0";
