import js from '@eslint/js';
import globals from 'globals';

const SERVED = ['player/**/*.js', 'pages/**/*.js'];

export default [
  { ignores: ['**/node_modules/', '.venv/', '.venv-golden/', '.cache/', '**/build/', 'shots/', 'benchmarks/', 'examples/'] },
  js.configs.recommended,
  {
    files: SERVED,
    languageOptions: { ecmaVersion: 2023, globals: globals.browser },
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'no-invalid-this': 'error',
      'prefer-const': 'error',
      'no-shadow-restricted-names': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  { files: ['tests/**/*.js', '*.js'], languageOptions: { globals: globals.node } },
  {
    files: ['tests/browser/*.js'], // what is evaluated in a page
    languageOptions: { ecmaVersion: 2023, globals: globals.browser },
    rules: { 'no-unused-expressions': 'off' },
  },
];
