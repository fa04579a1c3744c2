// The handle ties a citizen's per-platform identifiers and serials to their record. Whoever holds it can join them (A8-4),
// so it is a secret: compared in constant time, never printed. Cancelling destroys it (A9-4).
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NetIdGrains.Credentials;

/// <summary>16 random bytes that stand for one enrolment; a citizen who comes back gets a new one.</summary>
public readonly struct EnrolmentHandle
{
    public const int Size = 16;

    private readonly UInt128 value;

    private EnrolmentHandle(ReadOnlySpan<byte> bytes) => value = BinaryPrimitives.ReadUInt128BigEndian(bytes);

    public static EnrolmentHandle Create(IRandomSource random)
    {
        Span<byte> bytes = stackalloc byte[Size];
        random.Fill(bytes);
        return new EnrolmentHandle(bytes);
    }

    /// <exception cref="ArgumentException">Not 16 bytes.</exception>
    public static EnrolmentHandle From(ReadOnlySpan<byte> bytes) => bytes.Length == Size
        ? new EnrolmentHandle(bytes)
        : throw new ArgumentException("An enrolment handle has 16 bytes.", nameof(bytes));

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return bytes;
    }

    public bool Matches(EnrolmentHandle other) => CryptographicOperations.FixedTimeEquals(ToArray(), other.ToArray());

    public override string ToString() => "sealed";
}
