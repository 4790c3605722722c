import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** Addresses of this machine and of networks that are somebody's own, with all others that lead nowhere in the public one. */
const near = new BlockList();
const subnets4 = ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'];
for (const subnet of [...subnets4, '192.0.0.0/24', '192.168.0.0/16', '198.18.0.0/15', '224.0.0.0/3']) {
  const [net, bits] = subnet.split('/');
  near.addSubnet(net!, Number(bits));
}
for (const subnet of ['::/127', '64:ff9b::/96', 'fc00::/7', 'fe80::/10', 'ff00::/8']) {
  const [net, bits] = subnet.split('/');
  near.addSubnet(net!, Number(bits), 'ipv6');
}

/** Whether a host is this machine or one of its network, by its address or by any that its name stands for. */
async function isNear({ hostname }: URL): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  if (family !== 0) return near.check(host, family === 6 ? 'ipv6' : 'ipv4');
  // A name that nobody knows can't be reached either, which asking it will say.
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.some(({ address, family }) => near.check(address, family === 6 ? 'ipv6' : 'ipv4'));
}

/**
 * Whether a server that a person named leads to this machine or its network, where nobody else can reach. Not where it is there itself:
 * who names such an address means it.
 */
export async function leadsNear(named: URL, to: URL): Promise<boolean> {
  return to.host !== named.host && (await isNear(to)) && !(await isNear(named));
}
