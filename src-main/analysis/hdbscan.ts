/** A join of the single-linkage tree: nodes below `count` are points, node `count + i` is the i-th join. */
type Join = { readonly left: number; readonly right: number; readonly distance: number; readonly size: number };

/** A cluster of the condensed tree. */
type Cluster = {
  readonly parent: number;
  /** 1 / distance at which it came to be. */
  readonly birth: number;
  readonly size: number;
  stability: number;
  readonly children: number[];
};

export type HdbscanOptions = {
  /** Fewest points of a cluster. */
  readonly smallest: number;
  /** How many points (itself among them) make a place dense. */
  readonly neighbours: number;
  /** Larger clusters are given up for what they fall apart into. */
  readonly largest?: number;
};

/**
 * Clusters of points in the plane by HDBSCAN (Campello, Moulavi & Sander, PAKDD 2013), chosen by excess of mass, never all
 * points in one: the index of each point's cluster, -1 where it is in none. Takes time and 8 bytes by the square of the
 * number of points, and half a second for 3,000.
 */
export function hdbscan(
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  { smallest, neighbours, largest = Number.POSITIVE_INFINITY }: HdbscanOptions,
): Int32Array {
  const count = xs.length;
  const labels = new Int32Array(count).fill(-1);
  if (count < 2 * smallest) return labels;
  const joins = singleLinkage(spanningTree(xs, ys, coreDistances(xs, ys, neighbours)), count);
  const { clusters, clusterOf } = condensed(joins, count, smallest);
  const chosen = chooseClusters(clusters, largest);
  const names = new Map<number, number>();
  for (let point = 0; point < count; point++) {
    let at = clusterOf[point]!;
    while (at > 0 && !chosen[at]) at = clusters[at]!.parent;
    if (at <= 0) continue;
    if (!names.has(at)) names.set(at, names.size);
    labels[point] = names.get(at)!;
  }
  return labels;
}

/** The distance of each point to its neighbour of this number. */
function coreDistances(xs: ArrayLike<number>, ys: ArrayLike<number>, neighbours: number): Float64Array {
  const count = xs.length;
  const row = new Float64Array(count);
  return Float64Array.from({ length: count }, (_, i) => {
    for (let j = 0; j < count; j++) row[j] = Math.hypot(xs[i]! - xs[j]!, ys[i]! - ys[j]!);
    return row.toSorted()[Math.min(neighbours, count) - 1]!;
  });
}

type Edge = { readonly from: number; readonly to: number; readonly distance: number };

/** The minimum spanning tree over mutual reachability distances (Prim), shortest edges first. */
function spanningTree(xs: ArrayLike<number>, ys: ArrayLike<number>, core: Float64Array): readonly Edge[] {
  const count = xs.length;
  const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const source = new Int32Array(count);
  const inTree = new Uint8Array(count);
  const edges: Edge[] = [];
  let current = 0;
  for (let added = 1; added < count; added++) {
    inTree[current] = 1;
    let next = -1;
    for (let j = 0; j < count; j++) {
      if (inTree[j]) continue;
      const direct = Math.hypot(xs[current]! - xs[j]!, ys[current]! - ys[j]!);
      const distance = Math.max(direct, core[current]!, core[j]!);
      if (distance < nearest[j]!) {
        nearest[j] = distance;
        source[j] = current;
      }
      if (next < 0 || nearest[j]! < nearest[next]!) next = j;
    }
    edges.push({ from: source[next]!, to: next, distance: nearest[next]! });
    current = next;
  }
  return edges.sort((a, b) => a.distance - b.distance);
}

function singleLinkage(edges: readonly Edge[], count: number): readonly Join[] {
  const parent = Int32Array.from({ length: 2 * count - 1 }, (_, i) => i);
  const sizes = new Int32Array(2 * count - 1).fill(1);
  const find = (node: number): number => {
    let root = node;
    while (parent[root] !== root) root = parent[root]!;
    for (let at = node; parent[at] !== root; ) [at, parent[at]] = [parent[at]!, root];
    return root;
  };
  return edges.map(({ from, to, distance }, index) => {
    const [left, right] = [find(from), find(to)];
    const size = sizes[left]! + sizes[right]!;
    parent[left] = count + index;
    parent[right] = count + index;
    sizes[count + index] = size;
    return { left, right, distance, size };
  });
}

/** No two points are so near each other that their density is endless. */
const shortest = 1e-12;

/**
 * The tree from the top down, where parts that are smaller than a cluster fall out of the one they were in instead of being
 * one. clusterOf is that from which each point fell; cluster 0 holds all.
 */
function condensed(joins: readonly Join[], count: number, smallest: number) {
  const clusters: Cluster[] = [{ parent: -1, birth: 0, size: count, stability: 0, children: [] }];
  const clusterOf = new Int32Array(count);
  const sizeOf = (node: number): number => (node < count ? 1 : joins[node - count]!.size);
  const stack: { readonly node: number; readonly cluster: number }[] = [{ node: 2 * count - 2, cluster: 0 }];
  const fall = (from: number, cluster: number): void => {
    const nodes = [from];
    for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
      if (node < count) clusterOf[node] = cluster;
      else nodes.push(joins[node - count]!.left, joins[node - count]!.right);
    }
  };
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { left, right, distance } = joins[top.node - count]!;
    const density = 1 / Math.max(distance, shortest);
    const cluster = clusters[top.cluster]!;
    const large = [left, right].filter((node) => sizeOf(node) >= smallest);
    for (const node of [left, right]) {
      if (large.length === 2 || !large.includes(node)) cluster.stability += (density - cluster.birth) * sizeOf(node);
      if (!large.includes(node)) fall(node, top.cluster);
      else if (large.length === 1) stack.push({ node, cluster: top.cluster });
      else {
        cluster.children.push(clusters.length);
        stack.push({ node, cluster: clusters.length });
        clusters.push({ parent: top.cluster, birth: density, size: sizeOf(node), stability: 0, children: [] });
      }
    }
  }
  return { clusters, clusterOf };
}

/** Which clusters are more stable than what they fall apart into. */
function chooseClusters(clusters: readonly Cluster[], largest: number): readonly boolean[] {
  const chosen = clusters.map(() => false);
  const best = clusters.map(({ stability }) => stability);
  // A cluster comes before its children.
  for (let at = clusters.length - 1; at > 0; at--) {
    const below = clusters[at]!.children.reduce((sum, child) => sum + best[child]!, 0);
    chosen[at] = best[at]! >= below && clusters[at]!.size <= largest;
    best[at] = chosen[at] ? best[at]! : below;
  }
  // Of nested ones, the outermost.
  for (let at = 1; at < clusters.length; at++) {
    for (let above = clusters[at]!.parent; above > 0; above = clusters[above]!.parent) {
      if (chosen[above]) chosen[at] = false;
    }
  }
  return chosen;
}
