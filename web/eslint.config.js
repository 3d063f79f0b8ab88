import js from "@eslint/js";
import globals from "globals";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/api/schema.ts", "test-results", "playwright-report"] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ["src/**/*.{ts,tsx}"],
    extends: [jsxA11y.flatConfigs.recommended, reactHooks.configs.flat["recommended-latest"]],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      // Tables hold a mutable object by design; the compiler's advice does not apply without the compiler.
      "react-hooks/incompatible-library": "off",
      "no-restricted-imports": ["error", { patterns: [{ group: ["../*"], message: "Import with @/." }] }],
    },
  },
  { files: ["public/*.js"], languageOptions: { globals: globals.browser, sourceType: "script" } },
  { files: ["e2e/**/*.ts", "*.ts"], languageOptions: { globals: globals.node } },
);
