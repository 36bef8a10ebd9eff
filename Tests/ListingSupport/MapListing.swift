internal import Addressing
internal import RulesetModel

extension LiveMap {
    /// Reads the `map` of a listing, or nothing where ``PortMap`` can't say exactly the same.
    ///
    /// A listing made while somebody writes can hold an element twice; a ``PortMap`` never does.
    init?(listing object: JSONObject) {
        guard object.hasOnly("family", "name", "table", "type", "handle", "map", "elem"),
            object["type"]?.text == "inet_service", object["map"]?.text == "inet_service",
            let name = object["name"]?.text, let handle = object.handle
        else { return nil }
        let elements = object["elem"]?.list ?? []
        let pairs = elements.compactMap { element -> PortPair? in
            guard let sides = element.list, sides.count == 2, let from = Port(listing: sides[0]),
                let to = Port(listing: sides[1])
            else { return nil }
            return PortPair(from: from, to: to)
        }
        guard pairs.count == elements.count else { return nil }
        self.init(handle: handle, content: PortMap(name: name, pairs: pairs))
    }
}
