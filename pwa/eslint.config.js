import globals from 'globals'
import { createNodeResolver, importX } from 'eslint-plugin-import-x'
import vue from 'eslint-plugin-vue'
import typescript from 'typescript-eslint'

/**
 * What each layer may import besides itself; src/App.vue, main.ts and router.ts, which nothing imports, put all together.
 *
 * `lib ‹ apply ‹ state ‹ parts ‹ phone | console`, and a face never imports the other. `words` stands beside `state`: it
 * says what lib and apply know, parts and faces show it, and no state speaks.
 */
const LAYERS = {
  lib: [],
  apply: ['lib'],
  state: ['lib', 'apply'],
  words: ['lib', 'apply'],
  parts: ['lib', 'apply', 'state', 'words'],
  phone: ['lib', 'apply', 'state', 'words', 'parts'],
  console: ['lib', 'apply', 'state', 'words', 'parts'],
  sw: ['lib'],
}
const zones = Object.entries(LAYERS).map(([layer, below]) => ({
  target: `./src/${layer}`,
  from: './src',
  except: [layer, ...below].map((one) => `./${one}`),
  message: `${layer} may import ${below.join(', ') || 'nothing'} besides itself: see LAYERS in eslint.config.js.`,
}))

export default typescript.config(
  { ignores: ['dist/', 'dist-previous/', 'src/lib/api.d.ts', 'tests/house/lint/'] },
  ...typescript.configs.strict,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.{ts,vue}'],
    languageOptions: { globals: globals.browser, parserOptions: { parser: typescript.parser } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.vue'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'], 'vue-eslint-parser': ['.vue'] },
      'import-x/resolver-next': [
        createNodeResolver({ alias: { '@': [`${import.meta.dirname}/src`] }, extensions: ['.ts', '.vue', '.d.ts', '.js'] }),
      ],
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...['AwaitExpression.arguments', '*.arguments AwaitExpression'].map((awaited) => ({
        selector: `ChainExpression > CallExpression > ${awaited}`,
        message: 'Await it before the call: `call?.(await work())` does not do the work where there is no call.',
      })), {
        selector: "ImportSpecifier[imported.name='permissionsOf']",
        message: 'Ask `permissions` of state/people/permissions: it knows whether roles are separate.',
      }, {
        selector: "ImportSpecifier[imported.name='defineAsyncComponent']",
        message: 'Use `laterPart` of lib/later-part: it asks again for what the network lost.',
      }],
      eqeqeq: 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': ['error', { html: { void: 'always', normal: 'always', component: 'always' } }],
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/attributes-order': 'off',
      'vue/multi-word-component-names': 'off',
      'vue/require-default-prop': 'off',
      'vue/no-v-html': 'error',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
    },
  },
  { files: ['src/lib/later-part.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['scripts/**', '*.js', 'vite.config.ts'], languageOptions: { globals: globals.node }, rules: { 'no-console': 'off' } },
)
