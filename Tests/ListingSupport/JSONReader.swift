internal import CJansson
internal import Nftables

/// Reads the JSON that libnftables writes (libnftables-json(5)), by way of jansson.
enum JSONReader {
    /// libnftables nests no deeper than about a dozen levels.
    private static let deepest = 64

    /// Hands over the entries of a listing one after the other: each one's kind and what it says.
    ///
    /// The corresponding C function is `json_loadb`.
    static func readListing(
        _ bytes: UnsafeRawBufferPointer,
        entry: (_ kind: String, _ object: JSONObject) throws(KernelError) -> Void
    ) throws(KernelError) {
        var problem = json_error_t()
        let text = bytes.assumingMemoryBound(to: CChar.self)
        guard let root = json_loadb(text.baseAddress, text.count, 0, &problem) else {
            throw .unreadableListing(description(of: problem))
        }
        defer { json_decref(root) }
        guard let entries = json_object_get(root, "nftables"), entries.pointee.type == JSON_ARRAY
        else { throw .unreadableListing("no list of `nftables`") }
        for index in 0..<json_array_size(entries) {
            guard let value = json_array_get(entries, index) else { continue }
            guard let member = try object(value, depth: 1).single, let object = member.value.object
            else { throw .unreadableListing("entry \(index) is not one object") }
            try entry(member.key, object)
        }
    }

    private static func value(
        _ json: UnsafeMutablePointer<json_t>,
        depth: Int
    ) throws(KernelError) -> JSONValue {
        guard depth < deepest else { throw .unreadableListing("nested too deeply") }
        switch json.pointee.type {
        case JSON_OBJECT: return .object(try object(json, depth: depth))
        case JSON_ARRAY: return .list(try list(json, depth: depth))
        case JSON_STRING: return .text(text(json))
        case JSON_INTEGER: return .number(json_integer_value(json))
        case JSON_REAL: return .real(json_real_value(json))
        case JSON_TRUE: return .bool(true)
        case JSON_FALSE: return .bool(false)
        default: return .null
        }
    }

    private static func object(
        _ json: UnsafeMutablePointer<json_t>,
        depth: Int
    ) throws(KernelError) -> JSONObject {
        var members: [JSONObject.Member] = []
        members.reserveCapacity(json_object_size(json))
        var position = json_object_iter(json)
        while let here = position {
            if let key = json_object_iter_key(here), let item = json_object_iter_value(here) {
                let item = try value(item, depth: depth + 1)
                members.append(.init(key: String(cString: key), value: item))
            }
            position = json_object_iter_next(json, here)
        }
        return JSONObject(members: members)
    }

    private static func list(
        _ json: UnsafeMutablePointer<json_t>,
        depth: Int
    ) throws(KernelError) -> [JSONValue] {
        var values: [JSONValue] = []
        values.reserveCapacity(json_array_size(json))
        for index in 0..<json_array_size(json) {
            guard let item = json_array_get(json, index) else { continue }
            values.append(try value(item, depth: depth + 1))
        }
        return values
    }

    private static func text(_ json: UnsafeMutablePointer<json_t>) -> String {
        let bytes = UnsafeRawBufferPointer(
            start: json_string_value(json),
            count: json_string_length(json)
        )
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func description(of problem: json_error_t) -> String {
        let words = withUnsafeBytes(of: problem.text) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return "line \(problem.line): \(words)"
    }
}
