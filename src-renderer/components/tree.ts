import type { Nodes } from 'hast';
import { h, type VNodeChild } from 'vue';

/** A tree of elements as a view has it. */
export function drawnTree(node: Nodes): VNodeChild {
  if (node.type === 'text') return node.value;
  if (node.type === 'root') return node.children.map(drawnTree);
  return node.type === 'element' ? h(node.tagName, node.properties, node.children.map(drawnTree)) : null;
}
