export type { HttpOptions, RunningHttpServer } from "./node/serve-http.ts";
export { serveOverHttp } from "./node/serve-http.ts";
export type { RunningStdioServer, StdioOptions } from "./node/serve-stdio.ts";
export { serveOverStdio } from "./node/serve-stdio.ts";
export type { McpOptions, McpPermissions } from "./options.ts";
