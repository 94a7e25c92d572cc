import { defineConfig } from "vitepress";
import llms from "vitepress-plugin-llms";
import { slugOf } from "./links.mjs";
import { english } from "./sidebar.mjs";

/** The pages are plain Markdown: what only looks like a component or an expression of Vue is shown as it is written. */
const showAsWritten = (markdown) => {
  const { rules } = markdown.renderer;
  const HTML =
    /^<(?:\/?(?:a|b|br|code|details|div|em|img|kbd|p|pre|span|strong|sub|summary|sup|table|tbody|td|th|thead|tr)[\s/>]|!--)/i;
  const escaped = (tokens, index) => {
    const { content } = tokens[index];
    return HTML.test(content) ? content : markdown.utils.escapeHtml(content);
  };
  rules.html_inline = escaped;
  rules.html_block = escaped;
  const text = rules.text;
  rules.text = (...parameters) => text(...parameters).replaceAll("{{", "&#123;&#123;");
};

export default defineConfig({
  title: "Tautan",
  description: "One TypeScript API for payment links on every gateway.",
  srcDir: ".vitepress/pages",
  outDir: ".vitepress/dist",
  cacheDir: ".vitepress/cache",
  cleanUrls: true,
  lang: "en",
  markdown: { anchor: { slugify: slugOf }, image: { lazyLoading: true }, config: showAsWritten },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    sidebar: english,
    nav: [
      { text: "Start", link: "/start" },
      { text: "Guides", link: "/guides/create-and-share" },
      { text: "Reference", link: "/reference/operations" },
      { text: "Gateways", link: "/gateways/" },
    ],
  },
  vite: {
    // The site's pages are written; nothing else is copied.
    publicDir: false,
    plugins: [llms({ domain: "", ignoreFiles: ["reference/api/**"] })],
    build: { chunkSizeWarningLimit: 4000 },
  },
});
