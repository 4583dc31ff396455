// A reader opens a report on a desk, on a phone, at night, on paper and with a screen reader.
//
// Golden pictures are in `pictures/`, taken with Chromium and the DejaVu fonts alone (`fonts.conf`). A
// picture may differ from its golden one in 0.2 % of its pixels, each by a fifth of the way from black
// to white, and in two rows or columns: less is a changed figure or another Chromium, more is a changed
// look. A picture that differs more is written to `made/` beside a picture of the differences.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";

import pixelmatch from "pixelmatch";
import { chromium } from "playwright-core";
import { PNG } from "pngjs";

const SHARE = 0.002;
const FIFTH = 0.2;
const BYTES = 2_000_000;
const BLESS = Boolean(process.env.BLESS);

const here = (path) => new URL(path, import.meta.url);
const axe = readFileSync(here("node_modules/axe-core/axe.min.js"), "utf8");
const REPORTS = ["made/route.html", "made/run.html", "made/report.html"];
const SIZES = { phone: { width: 360, height: 800, scale: 0.75 }, desktop: { width: 1200, height: 900, scale: 0.5 } };
const PARTS = {
  map: "#route-map",
  steps: "#route-steps",
  sensitivity: "#route-sensitivity",
  costs: ".wide:has(> #route-totals)",
};
const DESKTOP_PARTS = { ...PARTS, compared: ".wide:has(> #route-compared)" };

// Flow maps are large pictures: each is taken once, light on a desk and dark on a phone.
const RUN_PARTS = {
  "desktop-light": { flows: "#run-flows", difference: "#run-flows-difference" },
  "phone-dark": { flows: "#run-flows" },
};

let browser;

before(async () => {
  // No picture may depend on subpixels or on hinting.
  const flags = ["--no-sandbox", "--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb"];
  const executablePath = process.env.CHROMIUM ?? execFileSync("which", ["chromium"], { encoding: "utf8" }).trim();
  browser = await chromium.launch({ executablePath, args: flags });
});

after(async () => browser?.close());

/** Opens a report and gives the page with every address it asked for. */
async function open(report, size, colorScheme, bypassCSP = false) {
  const { width, height, scale } = SIZES[size];
  const viewport = { width, height };
  const context = await browser.newContext({ viewport, deviceScaleFactor: scale, colorScheme, bypassCSP });
  const page = await context.newPage();
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  await page.goto(pathToFileURL(here(report).pathname).href, { waitUntil: "load" });
  return { page, asked, said, close: () => context.close() };
}

/** Compares a picture with its golden one, or makes it golden. */
function compare(name, bytes) {
  const golden = here(`pictures/${name}.png`);
  if (BLESS) {
    writeFileSync(golden, bytes);
    return;
  }
  assert.ok(existsSync(golden), `pictures/${name}.png is missing; e2e/run --bless takes it`);
  const [now, then] = [PNG.sync.read(bytes), PNG.sync.read(readFileSync(golden))];
  const keep = (suffix, picture) => writeFileSync(here(`made/${name}${suffix}.png`), picture);
  if (Math.abs(now.width - then.width) > 2 || Math.abs(now.height - then.height) > 2) {
    keep("", bytes);
    assert.fail(`${name} is ${now.width} × ${now.height}, not ${then.width} × ${then.height}; see e2e/made/${name}.png`);
  }
  const [width, height] = [Math.min(now.width, then.width), Math.min(now.height, then.height)];
  const cut = (from) => {
    const to = new PNG({ width, height });
    PNG.bitblt(from, to, 0, 0, width, height, 0, 0);
    return to;
  };
  const difference = new PNG({ width, height });
  const count = pixelmatch(cut(now).data, cut(then).data, difference.data, width, height, { threshold: FIFTH, includeAA: true });
  if (count > SHARE * width * height) {
    keep("", bytes);
    keep("-difference", PNG.sync.write(difference));
    const percent = ((100 * count) / (width * height)).toFixed(1);
    assert.fail(`${name} differs in ${percent} % of its pixels; see e2e/made/${name}-difference.png`);
  }
}

describe("the report of a route in pictures", () => {
  for (const size of Object.keys(SIZES)) {
    for (const colours of ["light", "dark"]) {
      test(`${size}, ${colours}`, async () => {
        const { page, close } = await open("made/route.html", size, colours);
        compare(`${size}-${colours}-top`, await page.screenshot());
        for (const [part, selector] of Object.entries(size === "desktop" ? DESKTOP_PARTS : PARTS)) {
          compare(`${size}-${colours}-${part}`, await page.locator(selector).screenshot());
        }
        await close();
      });
    }
  }
});

describe("the report of a run in pictures", () => {
  for (const [way, parts] of Object.entries(RUN_PARTS)) {
    test(way, async () => {
      const { page, close } = await open("made/run.html", ...way.split("-"));
      for (const [part, selector] of Object.entries(parts)) {
        compare(`${way}-${part}`, await page.locator(selector).screenshot());
      }
      await close();
    });
  }
});

describe("a report on any screen", () => {
  for (const report of REPORTS) {
    for (const [size, colours] of [["phone", "dark"], ["desktop", "light"], ["phone", "light"], ["desktop", "dark"]]) {
      // The demo is chapters of the same templates; two of four ways to see it are enough.
      if (report.endsWith("report.html") && (size === "phone") !== (colours === "dark")) continue;
      test(`${report}, ${size}, ${colours}: nothing fetched, nothing too wide, no serious fault of access`, async () => {
        const quiet = await open(report, size, colours);
        assert.equal(quiet.asked.length, 1, `the page asked for ${quiet.asked.slice(1).join(", ")}`);
        assert.deepEqual(quiet.said, [], "the console is silent");
        const [page, screen] = await quiet.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok(page <= screen, `the page is ${page} wide on a screen of ${screen}`);
        const csp = await quiet.page.locator("meta[http-equiv=Content-Security-Policy]").getAttribute("content");
        assert.match(csp, /default-src 'none'/);
        await quiet.close();
        // The page forbids every script; axe is one.
        const checked = await open(report, size, colours, true);
        await checked.page.evaluate(axe);
        const result = await checked.page.evaluate(() => window.axe.run(document));
        const serious = result.violations.filter((own) => ["serious", "critical"].includes(own.impact));
        const words = serious.map((own) => `${own.id}: ${own.nodes.map((node) => node.html.slice(0, 200)).join("\n  ")}`);
        assert.deepEqual(words, []);
        assert.ok(result.passes.length > 20, "axe looked at the page");
        await checked.close();
      });
    }
  }

  test("letters in charts are at least 9 pixels high on a phone", async () => {
    const { page, close } = await open("made/route.html", "phone", "light");
    const least = await page.evaluate(() => {
      const sizes = [...document.querySelectorAll("figure .chart text")].map((text) => {
        const drawn = text.ownerSVGElement.getBoundingClientRect().width / text.ownerSVGElement.viewBox.baseVal.width;
        return Number.parseFloat(getComputedStyle(text).fontSize) * drawn;
      });
      return Math.min(...sizes.filter((size) => size > 0));
    });
    assert.ok(least >= 8.5, `letters of ${least.toFixed(1)} px`);
    await close();
  });
});

describe("a report on paper", () => {
  test("A4, every section on it, nothing wider than the page", async () => {
    const { page, close } = await open("made/route.html", "desktop", "dark");
    await page.pdf({ path: here("made/route.pdf").pathname, preferCSSPageSize: true, printBackground: true });
    await close();
    const pdf = here("made/route.pdf").pathname;
    const about = execFileSync("pdfinfo", [pdf], { encoding: "utf8" });
    const pages = Number(/Pages:\s+(\d+)/.exec(about)[1]);
    assert.match(about, /A4/);
    assert.ok(pages >= 5 && pages <= 20, `${pages} pages`);
    const text = execFileSync("pdftotext", ["-layout", pdf, "-"], { encoding: "utf8" });
    const sections = ["The answer", "Routes compared", "Legs of the best route", "Rules that spoke", "Why not?",
      "What it costs, and who pays: DAP", "Lines in the order in which the goods meet them", "Papers that the case knows of",
      "Which figures matter most", "Model against observation", "Sources and confidence", "About this report"];
    for (const section of sections) assert.ok(text.includes(section), `“${section}” is not printed`);
    // What is folded on a screen is open on paper.
    assert.ok(text.includes("Routes, place by place"));
    const outside = execFileSync("pdftotext", ["-bbox", pdf, "-"], { encoding: "utf8" });
    const right = [...outside.matchAll(/xMax="([\d.]+)"/g)].map((found) => Number(found[1]));
    assert.ok(Math.max(...right) <= 595, `a word ends ${Math.max(...right)} points from the left of a page of 595`);
    execFileSync("pdftoppm", ["-r", "50", "-png", "-f", "1", "-l", "3", pdf, here("made/page").pathname]);
    const drawn = readdirSync(here("made")).filter((name) => /^page-\d+\.png$/.test(name)).sort();
    for (const [number, name] of drawn.entries()) compare(`paper-${number + 1}`, readFileSync(here(`made/${name}`)));
  });
});

describe("figures alone", () => {
  for (const folder of ["made/route-figures", "made/run-figures", "made/demo-figures"]) {
    test(`${folder}: every SVG is a picture with title and credit, and has its data`, async () => {
      const names = readdirSync(here(folder));
      const drawings = names.filter((name) => name.endsWith(".svg"));
      assert.ok(drawings.length >= 3, `${drawings.length} figures`);
      const context = await browser.newContext();
      const page = await context.newPage();
      for (const name of drawings) {
        const svg = readFileSync(here(`${folder}/${name}`), "utf8");
        assert.match(svg, /Made by Ayrum \d+\.\d+\.\d+, case [\w-]+ [0-9a-f]{12}\./, `${name} names no version and case`);
        assert.match(svg, /a assumed/, `${name} does not say how figures are marked`);
        assert.ok(!svg.includes("var("), `${name} has colours that not every program knows`);
        const data = readFileSync(here(`${folder}/${name.replace(/svg$/, "csv")}`), "utf8").trim().split("\n");
        assert.ok(data.length > 1, `${name} has no data`);
        await page.goto(pathToFileURL(here(`${folder}/${name}`).pathname).href);
        const [root, words] = await page.evaluate(() => [document.documentElement.localName, document.querySelectorAll("text").length]);
        assert.equal(root, "svg", `${name} is no well-formed SVG`);
        assert.ok(words > 5);
        const wide = await page.evaluate(() => {
          const box = document.documentElement.viewBox.baseVal;
          // What is clipped at the edge of a frame does not count.
          const texts = [...document.querySelectorAll("text")].filter((text) => !text.closest("[clip-path]"));
          return texts.filter((text) => text.getBoundingClientRect().right > box.width + 1).map((text) => text.textContent);
        });
        assert.deepEqual(wide, [], `${name} has words beyond its edge`);
      }
      await context.close();
    });
  }
});

test("golden pictures stay small", () => {
  const bytes = readdirSync(here("pictures")).map((name) => statSync(here(`pictures/${name}`)).size);
  assert.ok(bytes.reduce((sum, own) => sum + own, 0) < BYTES, "the pictures together are above 2 MB");
});
