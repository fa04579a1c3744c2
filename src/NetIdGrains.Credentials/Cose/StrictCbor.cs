// RFC 8949 read as strictly as RFC 9052 §9 allows: no duplicate key at any depth (§5.6), definite lengths only, valid UTF-8, nothing after
// the one item. What is nested or counted without measure is refused in a first pass, before anything is kept of it: of a few bytes an
// item may claim a thousand levels.
using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;

namespace NetIdGrains.Credentials;

internal static class StrictCbor
{
    private const int Deepest = 8;
    private const int MostEntries = 64;

    // An InvalidOperationException is what .NET makes of the simple values that are not well-formed (§3.3).
    /// <param name="data">One item.</param>
    /// <param name="read">Looks before it reads, so that nothing is thrown; null when the item is not the one that is wanted.</param>
    /// <param name="value">Null when refused.</param>
    public static bool TryRead<T>(ReadOnlyMemory<byte> data, Func<CborReader, T?> read, [NotNullWhen(true)] out T? value)
        where T : class
    {
        value = null;
        try
        {
            if (IsPlain(Begin(data))) value = read(Begin(data));
        }
        catch (Exception bad) when (bad is CborContentException or InvalidOperationException)
        {
            return false;
        }

        return value is not null;
    }

    public static CborReader Begin(ReadOnlyMemory<byte> data) => new(data, CborConformanceMode.Strict);

    private static bool IsPlain(CborReader reader)
    {
        do
        {
            if (!TryStep(reader) || reader.CurrentDepth > Deepest) return false;
        }
        while (reader.PeekState() != CborReaderState.Finished);

        return reader.BytesRemaining == 0;
    }

    // A length is null where it is indefinite.
    private static bool TryStep(CborReader reader)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.StartMap:
                return reader.ReadStartMap() is <= MostEntries;
            case CborReaderState.StartArray:
                return reader.ReadStartArray() is <= MostEntries;
            case CborReaderState.EndMap:
                reader.ReadEndMap();
                return true;
            case CborReaderState.EndArray:
                reader.ReadEndArray();
                return true;
            case CborReaderState.Tag:
                reader.ReadTag();
                return true;
            case CborReaderState.StartIndefiniteLengthByteString or CborReaderState.StartIndefiniteLengthTextString:
                return false;
            default:
                reader.SkipValue();
                return true;
        }
    }
}
