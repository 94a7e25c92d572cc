import { defineConfig } from "vitepress";
import llms from "vitepress-plugin-llms";
import { slugOf } from "./links.mjs";
import { english, indonesian } from "./sidebar.mjs";
import { tokenize } from "./tokenize.mjs";

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
  // A heading cell without a text is no heading.
  const cell = (tag) => (tokens, index, options, _environment, renderer) => {
    const isEmpty = tokens[index + (tag === "" ? 1 : -1)]?.content === "";
    if (isEmpty) tokens[index].tag = "td";
    return renderer.renderToken(tokens, index, options);
  };
  rules.th_open = cell("");
  rules.th_close = cell("/");
  const text = rules.text;
  rules.text = (...parameters) => text(...parameters).replaceAll("{{", "&#123;&#123;");
};

/** Pages that are one wide table. */
const WIDE = new Set(["reference/capabilities.md", "conformance.md"]);

/** The texts of the search in Indonesian. */
const SEARCH_TEXTS = {
  button: { buttonText: "Cari", buttonAriaLabel: "Cari" },
  modal: {
    displayDetails: "Tampilkan daftar rinci",
    resetButtonTitle: "Kosongkan pencarian",
    backButtonTitle: "Tutup pencarian",
    noResultsText: "Tidak ada hasil untuk",
    footer: {
      selectText: "untuk memilih",
      selectKeyAriaLabel: "tombol enter",
      navigateText: "untuk berpindah",
      navigateUpKeyAriaLabel: "panah atas",
      navigateDownKeyAriaLabel: "panah bawah",
      closeText: "untuk menutup",
      closeKeyAriaLabel: "tombol escape",
    },
  },
};

/** Translations: agents would read the same facts twice, under the same titles. Each page is still served as Markdown. */
const TRANSLATIONS = ["id/**"];

export default defineConfig({
  title: "Tautan",
  description: "One TypeScript API for payment links on every gateway.",
  srcDir: ".vitepress/pages",
  outDir: ".vitepress/dist",
  cacheDir: ".vitepress/cache",
  cleanUrls: true,
  markdown: {
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    anchor: { slugify: slugOf },
    image: { lazyLoading: true },
    config: showAsWritten,
  },
  locales: {
    root: {
      label: "English",
      lang: "en",
      themeConfig: {
        nav: [
          { text: "Start", link: "/start" },
          { text: "Guides", link: "/guides/create-and-share" },
          { text: "Reference", link: "/reference/operations" },
          { text: "Gateways", link: "/gateways/" },
        ],
        sidebar: english,
      },
    },
    id: {
      label: "Bahasa Indonesia",
      lang: "id",
      link: "/id/start",
      description: "Satu API TypeScript untuk payment link di setiap gateway.",
      themeConfig: {
        nav: [
          { text: "Mulai", link: "/id/start" },
          { text: "Gateway", link: "/id/gateways/midtrans" },
        ],
        sidebar: indonesian,
        outline: { level: [2, 3], label: "Di halaman ini" },
        docFooter: { prev: "Sebelumnya", next: "Berikutnya" },
        darkModeSwitchLabel: "Tampilan",
        darkModeSwitchTitle: "Ganti ke tampilan gelap",
        lightModeSwitchTitle: "Ganti ke tampilan terang",
        sidebarMenuLabel: "Menu",
        returnToTopLabel: "Kembali ke atas",
        langMenuLabel: "Ganti bahasa",
        skipToContentLabel: "Langsung ke isi",
      },
    },
  },
  themeConfig: {
    // The other language has only some of the pages.
    i18nRouting: false,
    search: {
      provider: "local",
      options: { miniSearch: { options: { tokenize } }, locales: { id: { translations: SEARCH_TEXTS } } },
    },
    outline: [2, 3],
  },
  transformPageData: ({ relativePath, frontmatter }) =>
    WIDE.has(relativePath) ? { frontmatter: { ...frontmatter, aside: false } } : undefined,
  vite: {
    // The site's pages are written; nothing else is copied.
    publicDir: false,
    plugins: [
      llms({
        domain: "",
        ignoreFiles: ["reference/api/**"],
        ignoreFilesPerOutput: { llmsTxt: TRANSLATIONS, llmsFullTxt: TRANSLATIONS },
        sidebar: english,
      }),
    ],
    build: { chunkSizeWarningLimit: 4000 },
  },
});
