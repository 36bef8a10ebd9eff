internal import Addressing
internal import CNetfilter
internal import RulesetModel

extension LiveLease.Term {
    /// Reads an element of a lease, or nothing where it is more than a family and its time.
    static func read(_ bytes: Bytes, isTimed: Bool) -> (IPFamily, LiveLease.Term)? {
        guard let element = Attributes(bytes), let key = element.value(NFTA_SET_ELEM_KEY),
            key.length == 1, let family = IPFamily(number: key.bits),
            element[NFTA_SET_ELEM_KEY_END] == nil, element[NFTA_SET_ELEM_DATA] == nil,
            element.flags(NFTA_SET_ELEM_FLAGS) == 0, element[NFTA_SET_ELEM_EXPR] == nil,
            element[NFTA_SET_ELEM_EXPRESSIONS] == nil, element[NFTA_SET_ELEM_OBJREF] == nil,
            element.endsBy(NFTA_SET_ELEM_EXPRESSIONS)
        else { return nil }
        // Zero means that it never ends.
        let timeout =
            element.isZero(NFTA_SET_ELEM_TIMEOUT)
            ? nil : element[NFTA_SET_ELEM_TIMEOUT]?.number(UInt64.self)
        let expires = element[NFTA_SET_ELEM_EXPIRATION]?.number(UInt64.self)
        guard isTimed || timeout == nil && expires == nil else { return nil }
        return (family, LiveLease.Term(timeout: timeout, expires: expires))
    }
}
