// graphql-codegen makes types of our schema, and the types of @shopify/hydrogen-react fit what we answer.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as operations from '@graphql-codegen/typescript-operations';
import { buildSchema, parse, printSchema } from 'graphql';
import ts from 'typescript';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const SCALARS = { Decimal: 'string', DateTime: 'string', URL: 'string', HTML: 'string', ISO8601DateTime: 'string', Color: 'string', UnsignedInt64: 'string', JSON: 'unknown' };

// Operations for each field of the two roots, and each list, of the contract.
const CORPUS = ['../it/corpus/queries.graphql', '../it/corpus/mutations.graphql'];

// Types of the schema in a file and of the operations of `paths`, which it refuses where they do not fit it.
async function generate(file, paths) {
  const schema = buildSchema(readFileSync(file, 'utf8'));
  const documents = paths.map((path) => ({ location: path, document: parse(readFileSync(join(HERE, path), 'utf8')) }));
  const generated = await codegen({
    filename: 'ours.ts',
    schema: parse(printSchema(schema)),
    schemaAst: schema,
    documents,
    config: { scalars: SCALARS, skipTypename: true, enumsAsTypes: true, namingConvention: 'keep' },
    plugins: [{ typescript: {} }, { operations: {} }],
    pluginMap: { typescript, operations },
  });
  for (const { name, operation } of documents.flatMap(({ document }) => document.definitions)) {
    const kind = operation === 'query' ? 'Query' : 'Mutation';
    assert.match(generated, new RegExp(`^export type ${name.value}${kind} = `, 'm'), name.value);
  }
  return generated;
}

export async function types({ schema }) {
  const folder = mkdtempSync(join(HERE, 'node_modules', '.types-'));
  try {
    writeFileSync(join(folder, 'ours.ts'), await generate(schema, ['product.graphql']));
    writeFileSync(join(folder, 'corpus.ts'), await generate(schema, CORPUS));
    writeFileSync(join(folder, 'fit.ts'), readFileSync(join(HERE, 'fit.ts')));
    const program = ts.createProgram(['fit.ts', 'corpus.ts'].map((name) => join(folder, name)), {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
    });
    const found = ts.getPreEmitDiagnostics(program);
    assert.equal(found.length, 0, ts.formatDiagnostics(found.slice(0, 5), { getCanonicalFileName: (name) => name, getCurrentDirectory: () => folder, getNewLine: () => '\n' }));
  } finally {
    rmSync(folder, { recursive: true });
  }
  return 'graphql-codegen, @shopify/hydrogen-react: types';
}
