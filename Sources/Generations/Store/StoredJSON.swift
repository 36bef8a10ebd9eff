import FoundationEssentials
import GenerationModel

/// How the values of a store are written: JSON, the same bytes for the same value.
enum StoredJSON {
    /// What every file of a store says first of all.
    private struct Shape: Decodable {
        let format: Int
    }

    static func encode(_ value: some Encodable, path: String) throws(StoreError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return try Array(encoder.encode(value)) + [UInt8(ascii: "\n")]
        } catch {
            throw .corrupt(path: path, reason: "it can't be encoded: \(error)")
        }
    }

    static func decode<Value: Decodable>(
        _ type: Value.Type,
        _ bytes: [UInt8],
        path: String
    ) throws(StoreError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw .corrupt(path: path, reason: "it is not what redirctl once wrote there")
        }
    }

    /// Reads a value that says in which format it is.
    ///
    /// The format is read first: the content of an unknown one is unknown.
    static func decode<Value: Decodable>(
        withFormat type: Value.Type,
        _ bytes: [UInt8],
        path: String
    ) throws(StoreError) -> Value {
        let format = try decode(Shape.self, bytes, path: path).format
        guard StoreFormat.readable.contains(format) else {
            throw .unknownFormat(path: path, format: format)
        }
        return try decode(type, bytes, path: path)
    }
}
