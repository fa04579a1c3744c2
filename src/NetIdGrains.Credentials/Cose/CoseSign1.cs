// RFC 9052 §4.2, tagged, and RFC 8725 for what is left out, as with our JWS: the algorithm is the key's, never the message's choice, and is
// believed in the protected header only; critical headers are refused, as we have none (RFC 9052 §3.1); of the unprotected header, which
// anybody can change, nothing is read.
using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;

namespace NetIdGrains.Credentials;

public sealed class CoseSign1
{
    internal const long AlgorithmLabel = 1;
    internal const long CriticalLabel = 2;
    internal const long TypeLabel = 16;
    internal const long CertificateLabel = 33;

    private const CborTag Tag = (CborTag)18;
    private const int Parts = 4;

    private readonly byte[] protectedHeader;
    private readonly byte[] payload;
    private readonly byte[] signature;

    private CoseSign1(CborMap header, byte[] protectedHeader, byte[] payload, byte[] signature)
    {
        Header = header;
        (this.protectedHeader, this.payload, this.signature) = (protectedHeader, payload, signature);
    }

    public ReadOnlyMemory<byte> Payload => payload;

    /// <summary>The media type the signer named (RFC 9596); each of our formats has its own, so none is taken for another.</summary>
    public string? Type => Header.Text(TypeLabel);

    /// <summary>The only certificate of x5chain (RFC 9360 §2), in DER: a longer path is an array, and none of ours.</summary>
    public byte[]? OnlyCertificate => Header.Bytes(CertificateLabel);

    internal CborMap Header { get; }

    public static bool TryParse(ReadOnlyMemory<byte> message, int maxBytes, [NotNullWhen(true)] out CoseSign1? sign1)
    {
        sign1 = null;
        return message.Length <= maxBytes && StrictCbor.TryRead(message, Read, out sign1);
    }

    public bool Verify(IVerificationKey key) =>
        Header.Number(AlgorithmLabel) == AlgorithmOf(key.Suite)
        && !Header.Labels.Contains(CriticalLabel)
        && key.Verify(ToBeSigned(protectedHeader, payload), signature);

    /// <param name="type">The media type.</param>
    /// <param name="payload">What is signed beside the header.</param>
    /// <param name="signer">Whose certificate goes into the header.</param>
    public static byte[] Sign(string type, ReadOnlySpan<byte> payload, CertifiedSigner signer)
    {
        var header = EncodeHeader(type, signer);
        var writer = new CborWriter(CborConformanceMode.Canonical);
        writer.WriteTag(Tag);
        writer.WriteStartArray(Parts);
        writer.WriteByteString(header);
        writer.WriteStartMap(0);
        writer.WriteEndMap();
        writer.WriteByteString(payload);
        writer.WriteByteString(signer.Sign(ToBeSigned(header, payload)));
        writer.WriteEndArray();
        return writer.Encode();
    }

    /// <summary>ES256 is RFC 9053 §2.1. SM2 has no registered number; ours is of those for private use, below -65536 (RFC 8152 §16.4).</summary>
    internal static long AlgorithmOf(SignatureSuite suite) => suite switch
    {
        SignatureSuite.ES256 => -7,
        SignatureSuite.SM2 => -329_182,
        _ => throw new ArgumentOutOfRangeException(nameof(suite)),
    };

    private static CoseSign1? Read(CborReader reader)
    {
        if (reader.PeekState() != CborReaderState.Tag || reader.ReadTag() != Tag) return null;
        if (reader.PeekState() != CborReaderState.StartArray || reader.ReadStartArray() != Parts) return null;
        if (ReadBytes(reader) is not { } protectedHeader || !CborMap.TryParse(protectedHeader, out var header)) return null;
        if (!CborMap.TryParse(reader.ReadEncodedValue(), out var unprotected)) return null;
        // RFC 9052 §3: a label in both headers would have two meanings.
        if (unprotected.Labels.Any(header.Labels.Contains)) return null;
        return ReadBytes(reader) is { } payload && ReadBytes(reader) is { } signature
            ? new CoseSign1(header, protectedHeader, payload, signature)
            : null;
    }

    private static byte[]? ReadBytes(CborReader reader) =>
        reader.PeekState() == CborReaderState.ByteString ? reader.ReadByteString() : null;

    private static byte[] EncodeHeader(string type, CertifiedSigner signer)
    {
        var writer = new CborWriter(CborConformanceMode.Canonical);
        writer.WriteStartMap(3);
        writer.WriteInt64(AlgorithmLabel);
        writer.WriteInt64(AlgorithmOf(signer.PublicKey.Suite));
        writer.WriteInt64(TypeLabel);
        writer.WriteTextString(type);
        writer.WriteInt64(CertificateLabel);
        writer.WriteByteString(signer.Certificate.Span);
        writer.WriteEndMap();
        return writer.Encode();
    }

    // The Sig_structure of §4.4, without external data.
    private static byte[] ToBeSigned(ReadOnlySpan<byte> protectedHeader, ReadOnlySpan<byte> payload)
    {
        var writer = new CborWriter(CborConformanceMode.Canonical);
        writer.WriteStartArray(Parts);
        writer.WriteTextString("Signature1");
        writer.WriteByteString(protectedHeader);
        writer.WriteByteString([]);
        writer.WriteByteString(payload);
        writer.WriteEndArray();
        return writer.Encode();
    }
}
