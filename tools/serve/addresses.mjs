// Which machines an address means. A page on the Internet must not reach, through this server, what only this machine can reach.
import { lookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';

const local = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24],
  ['192.168.0.0', 16], ['198.18.0.0', 15], ['224.0.0.0', 4], ['240.0.0.0', 4],
]) local.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [['::', 96], ['64:ff9b::', 96], ['2002::', 16], ['fc00::', 7], ['fe80::', 10], ['ff00::', 8]]) local.addSubnet(net, bits, 'ipv6');

/** IPv4 in IPv6 clothes is judged as what it is. */
export function isPrivateAddress(address) {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return isPrivateAddress(mapped);
  if (/^::ffff:/i.test(address)) return true;
  return local.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

const bare = (hostname) => hostname.replace(/^\[|\]$/g, '');

export function isLoopbackName(hostname) {
  const name = bare(hostname.toLowerCase());
  return name === 'localhost' || name === '::1' || /^127\.\d+\.\d+\.\d+$/.test(name);
}

export function isPrivateLiteral(hostname) {
  const name = bare(hostname);
  return isLoopbackName(name) || (isIP(name) !== 0 && isPrivateAddress(name));
}

/** For http.request: a name that resolves to a private address is refused at the moment of connecting, so it cannot change in between. */
export function lookupPublic(hostname, options, done) {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error) return done(error);
    const bad = found.find(({ address }) => isPrivateAddress(address));
    if (bad) return done(Object.assign(new Error(`${hostname} is ${bad.address}, an address in a private network`), { code: 'EPRIVATE' }));
    return options.all ? done(null, found) : done(null, found[0].address, found[0].family);
  });
}
