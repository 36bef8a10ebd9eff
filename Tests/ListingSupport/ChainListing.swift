internal import Nftables
internal import RulesetModel

extension LiveChain {
    /// Reads the `chain` of a listing.
    init(listing object: JSONObject) throws(KernelError) {
        let name = try object.text("name", of: "chain")
        self.init(
            name: name,
            handle: try object.handle(of: "chain"),
            attachment: Attachment(listing: object, name: name)
        )
    }
}

extension LiveChain.Attachment {
    fileprivate init(listing object: JSONObject, name: String) {
        if object["type"] == nil, object["hook"] == nil, object["prio"] == nil {
            self = .none
        } else if let head = BaseChain.Head(listing: object), head.hook.rawValue == name {
            self = object["policy"]?.text == "drop" ? .dropping(head) : .nat(head)
        } else {
            self = .other(Self.text(of: object))
        }
    }

    private static func text(of object: JSONObject) -> String {
        let parts = [("type", "type"), ("hook", "hook"), ("device", "dev"), ("priority", "prio")]
            .compactMap { word, key in object[key]?.word.map { "\(word) \($0)" } }
        let policy = object["policy"]?.text.map { " policy \($0);" } ?? ""
        return parts.joined(separator: " ") + ";" + policy
    }
}

extension BaseChain.Head {
    fileprivate init?(listing object: JSONObject) {
        guard object["type"]?.text == "nat",
            object["policy"]?.text == "accept" || object["policy"]?.text == "drop",
            let hook = object["hook"]?.text.flatMap(Hook.init(rawValue:)),
            let priority = object["prio"]?.number.flatMap(Int32.init(exactly:))
        else { return nil }
        self.init(hook: hook, priority: priority)
    }
}

extension JSONValue {
    /// A text or a number as nft writes it.
    fileprivate var word: String? { text ?? number.map(String.init) }
}
