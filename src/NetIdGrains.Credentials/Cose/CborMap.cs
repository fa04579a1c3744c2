// The maps of COSE (RFC 9052 §1.5) and of CWT (RFC 8392 §1.1): labels are integers or text. Read without exceptions: a member that is
// absent or of another type is null, and null passes no check.
using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;

namespace NetIdGrains.Credentials;

internal sealed class CborMap
{
    private readonly Dictionary<CborLabel, ReadOnlyMemory<byte>> members;

    private CborMap(Dictionary<CborLabel, ReadOnlyMemory<byte>> members) => this.members = members;

    public IReadOnlyCollection<CborLabel> Labels => members.Keys;

    public static bool TryParse(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out CborMap? map) =>
        StrictCbor.TryRead(encoded, Read, out map);

    public string? Text(CborLabel label) =>
        Find(label, CborReaderState.TextString)?.ReadTextString();

    public byte[]? Bytes(CborLabel label) =>
        Find(label, CborReaderState.ByteString)?.ReadByteString();

    public CborMap? Map(CborLabel label) =>
        Find(label, CborReaderState.StartMap) is { } reader ? Read(reader) : null;

    public long? Number(CborLabel label) =>
        members.TryGetValue(label, out var value) ? ReadNumber(StrictCbor.Begin(value)) : null;

    /// <summary>A NumericDate (RFC 8392 §2) in whole seconds.</summary>
    public DateTimeOffset? Time(CborLabel label) =>
        Number(label) is >= 0 and <= JsonMembers.LastSecond and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private static CborMap? Read(CborReader reader)
    {
        if (reader.PeekState() != CborReaderState.StartMap) return null;
        var found = new Dictionary<CborLabel, ReadOnlyMemory<byte>>();
        for (reader.ReadStartMap(); reader.PeekState() != CborReaderState.EndMap;)
        {
            if (ReadLabel(reader) is not { } label || !found.TryAdd(label, reader.ReadEncodedValue())) return null;
        }

        return new CborMap(found);
    }

    private static CborLabel? ReadLabel(CborReader reader)
    {
        if (reader.PeekState() == CborReaderState.TextString) return reader.ReadTextString();
        return ReadNumber(reader) is { } number ? number : null;
    }

    // CBOR's integers have 65 bits; those that do not fit into 64 are none of ours.
    private static long? ReadNumber(CborReader reader) => reader.PeekState() switch
    {
        CborReaderState.UnsignedInteger => reader.ReadUInt64() is <= long.MaxValue and var number ? (long)number : null,
        CborReaderState.NegativeInteger =>
            reader.ReadCborNegativeIntegerRepresentation() is <= long.MaxValue and var beyond ? -1 - (long)beyond : null,
        _ => null,
    };

    private CborReader? Find(CborLabel label, CborReaderState state) =>
        members.TryGetValue(label, out var value) && StrictCbor.Begin(value) is var reader && reader.PeekState() == state ? reader : null;
}

internal readonly record struct CborLabel(long Number, string? Text)
{
    public static implicit operator CborLabel(long number) => new(number, Text: null);

    public static implicit operator CborLabel(string text) => new(0, text);
}
