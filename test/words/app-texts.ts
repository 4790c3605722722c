import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type AttributeNode, NodeTypes, type TemplateChildNode } from '@vue/compiler-core';
import ts from 'typescript';
import { parse } from 'vue/compiler-sfc';

/** A text that a page may show. */
export type AppText = {
  /** From the folder of the package. */
  readonly file: string;
  readonly text: string;
  /** It stands in a template within something that is opened under this name, such as Details. */
  readonly under: string | null;
};

const root = join(import.meta.dirname, '../..');
/** Where the texts of the pages stand: their own files, and the words that both sides share. */
const folders = ['src-renderer', 'src-main/common'];
/** Attributes that are read or shown. */
const shown = new Set([
  'title',
  'label',
  'text',
  'placeholder',
  'alt',
  'aria-label',
  'heading',
  'hint',
  'summary',
  'question',
]);

/** Every text that the pages may show, as far as it stands in the source: in templates, and in sentences of scripts. */
export function appTexts(): readonly AppText[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.(vue|ts)$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
        .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/')),
    )
    .flatMap((file) => textsOf(file, readFileSync(join(root, file), 'utf8')));
}

export function textsOf(file: string, source: string): readonly AppText[] {
  if (!file.endsWith('.vue')) return ofScript(file, source, null);
  const { descriptor } = parse(source, { ignoreEmpty: true });
  const scripts = [descriptor.script?.content, descriptor.scriptSetup?.content].filter((text) => text !== undefined);
  return [
    ...scripts.flatMap((script) => ofScript(file, script, null)),
    ...(descriptor.template?.ast?.children ?? []).flatMap((node) => ofTemplate(file, node, null)),
  ];
}

function ofTemplate(file: string, node: TemplateChildNode, under: string | null): readonly AppText[] {
  if (node.type === NodeTypes.TEXT) return spoken(file, node.content, under);
  if (node.type === NodeTypes.INTERPOLATION) return ofScript(file, node.content.loc.source, under);
  if (node.type !== NodeTypes.ELEMENT) return [];
  const within = openedUnder(node.tag, node.children) ?? under;
  const attributes = node.props.flatMap((prop): readonly AppText[] => {
    if (prop.type === NodeTypes.ATTRIBUTE) return shown.has(prop.name) ? spoken(file, contentOf(prop), within) : [];
    // Bound values, and what is written in a slot or an event.
    return prop.exp ? ofScript(file, prop.exp.loc.source, within) : [];
  });
  return [...attributes, ...node.children.flatMap((child) => ofTemplate(file, child, within))];
}

const contentOf = (prop: AttributeNode): string => prop.value?.content ?? '';

/** What a reader opens is called by its summary. */
function openedUnder(tag: string, children: readonly TemplateChildNode[]): string | null {
  if (tag !== 'details') return null;
  const summary = children.find((child) => child.type === NodeTypes.ELEMENT && child.tag === 'summary');
  return summary?.loc.source.replace(/<[^>]*>/g, '').trim() ?? null;
}

/** Literals that read like a text: what has a space, or begins with a capital. Names of keys, classes and events do not. */
function ofScript(file: string, source: string, under: string | null): readonly AppText[] {
  const found: AppText[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      const inTemplate = !ts.isStringLiteralLike(node);
      if (inTemplate || /\s|^[A-Z]/.test(node.text)) found.push(...spoken(file, node.text, under));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('a.ts', source, ts.ScriptTarget.Latest, true));
  return found;
}

const spoken = (file: string, text: string, under: string | null): readonly AppText[] => {
  const plain = text.replace(/\s+/g, ' ').trim();
  return /\p{L}/u.test(plain) ? [{ file, text: plain, under }] : [];
};
